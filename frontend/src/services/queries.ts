import {
  hashKey,
  MutationCache,
  QueryClient,
  type QueryKey,
  type UseQueryResult,
} from '@tanstack/react-query';
import { ApiError, isApiError } from './problem';

const MAX_RETRIES = 2;
/** For how long an answer is shown again without asking anew. */
export const FRESH_MS = 30_000;

/** Only what may be better next time is tried again: no answer, or a failing server. */
function worthRetrying(failures: number, error: Error): boolean {
  if (failures >= MAX_RETRIES || !(error instanceof ApiError)) return false;
  return error.status === 0 || error.status === 502 || error.status === 503 || error.status === 504;
}

/** What other tabs show as well and what somebody changes with a button; conversations have events of their own. */
const SHARED = [
  'documents',
  'actions',
  'connections',
  'people',
  'invitations',
  'audit',
  'workspace',
  'account',
  'own-account',
  'account-sessions',
  'linked-accounts',
  'api-keys',
];
/** One for speaking and listening, since what it says does not come back to itself. */
const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('biblios:changes');

/** Tells the other tabs that what they show may have changed. */
export const tellOtherTabs = (): void => tabs?.postMessage('changed');

/**
 * Lists are asked for anew when somebody comes back to the tab; with `followOtherTabs` also when another tab has
 * changed something: two windows beside each other are both in sight, so coming back would never be noticed.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: FRESH_MS, retry: worthRetrying, refetchOnWindowFocus: 'always' },
      mutations: { retry: false },
    },
    mutationCache: new MutationCache({ onSuccess: tellOtherTabs }),
  });
}

/** Asks anew for what another tab has changed, until the returned function is called. */
export function followOtherTabs(queries: QueryClient): () => void {
  const refresh = () => {
    void queries.invalidateQueries({ predicate: ({ queryKey: [top] }) => SHARED.includes(String(top)) });
  };
  tabs?.addEventListener('message', refresh);
  return () => tabs?.removeEventListener('message', refresh);
}

/**
 * Asks anew for what stands under the key, whether it is shown or not, and resolves when the server has said what it
 * has, or when the signal aborts. Neither a failure nor waiting for the network is an answer, unlike for
 * `invalidateQueries`: then a later attempt counts, whoever makes it.
 */
export function readAnew(queries: QueryClient, queryKey: QueryKey, signal: AbortSignal): Promise<void> {
  const hash = hashKey(queryKey);
  return new Promise((resolve) => {
    const end = queries.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.query.queryHash !== hash) return;
      const { action } = event;
      const read = action.type === 'success' && !action.manual;
      if (read || (action.type === 'error' && isApiError(action.error, 'not_found'))) done();
    });
    const done = () => {
      end();
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    void queries.invalidateQueries({ queryKey, exact: true, refetchType: 'all' });
  });
}
type Outcome = Pick<UseQueryResult, 'data' | 'error'>;

/**
 * Why a query has nothing to show; null while it has something. What is shown is asked for again and again, behind
 * somebody's back, so a failure of that must not take it away; `scripts/failures.mjs` sees to it that pages ask here.
 */
export const failureOf = ({ data, error }: Outcome): Error | null => (data === undefined ? error : null);

/** Why what is shown may not be how things are now. */
export const failureToRefresh = ({ data, error }: Outcome): Error | null =>
  data === undefined ? null : error;

/** The keys of the query cache, in one place, so that what changes and what is shown cannot miss each other. */
export const keys = {
  providers: ['providers'] as const,
  registration: ['registration'] as const,
  invitation: (token: string) => ['invitation', token] as const,
  emailProof: (token: string) => ['email-proof', token] as const,
  mailedDecision: (token: string) => ['mailed-decision', token] as const,
  ownAccount: ['own-account'] as const,
  documents: ['documents'] as const,
  documentList: (filters: object) => ['documents', 'list', filters] as const,
  document: (id: string) => ['documents', 'one', id] as const,
  documentText: (id: string, version: number | undefined) =>
    ['documents', 'text', id, version ?? 'latest'] as const,
  pageBoxes: (id: string, page: number, passage: object) =>
    ['documents', 'boxes', id, page, passage] as const,
  pageImage: (id: string, page: number, width: number) => ['documents', 'image', id, page, width] as const,
  searches: ['search'] as const,
  search: (q: string, filters: object) => ['search', q, filters] as const,
  conversations: ['conversations'] as const,
  conversationList: ['conversations', 'list'] as const,
  conversation: (id: string) => ['conversations', 'one', id] as const,
  /** Of the mutation, so that it can be told what is being deleted here. */
  deleteConversation: ['conversations', 'delete'] as const,
  account: ['account'] as const,
  sessions: ['account-sessions'] as const,
  linkedAccounts: ['linked-accounts'] as const,
  apiKeys: ['api-keys'] as const,
  people: ['people'] as const,
  peopleList: (filters: object) => ['people', 'list', filters] as const,
  person: (id: string) => ['people', 'one', id] as const,
  personSessions: (id: string) => ['people', 'sessions', id] as const,
  invitations: ['invitations'] as const,
  audit: ['audit'] as const,
  auditLog: (filters: object) => ['audit', filters] as const,
  workspace: ['workspace'] as const,
  signingKeys: ['signing-keys'] as const,
  actions: ['actions'] as const,
  actionList: (filters: object) => ['actions', 'list', filters] as const,
  actionsAwaiting: ['actions', 'awaiting'] as const,
  action: (id: string) => ['actions', 'one', id] as const,
  ways: ['actions', 'ways'] as const,
  policy: ['action-policy'] as const,
  templates: ['action-templates'] as const,
  templatePreview: (content: string) => ['action-template-preview', content] as const,
  appointments: (via: string, from: string, q: string) => ['appointments', via, from, q] as const,
  places: (via: string, q: string, use: string) => ['places', via, q, use] as const,
  reply: (documentId: string, all: boolean) => ['reply', documentId, all] as const,
  connectors: (purpose: string) => ['connectors', purpose] as const,
  connections: ['connections'] as const,
  connectionList: ['connections', 'list'] as const,
  actingList: ['connections', 'acting'] as const,
  connection: (id: string) => ['connections', 'one', id] as const,
  connectionRuns: (id: string) => ['connections', 'runs', id] as const,
  connectionItems: (id: string) => ['connections', 'items', id] as const,
  connectionItemList: (id: string, status: string | undefined, rights: string | undefined) =>
    ['connections', 'items', id, status ?? 'any', rights ?? 'any'] as const,
  connectionPeople: (id: string) => ['connections', 'people', id] as const,
  connectionPeopleList: (id: string, filters: object) => ['connections', 'people', id, filters] as const,
  connectionAccess: (id: string) => ['connections', 'access', id] as const,
  itemWhy: (id: string, item: string, person: string) => ['connections', 'why', id, item, person] as const,
  documentWhy: (id: string) => ['documents', 'why', id] as const,
  connectionCheck: (id: string) => ['connections', 'check', id] as const,
  connectionChoices: (id: string, option: string) => ['connections', 'choices', id, option] as const,
};
