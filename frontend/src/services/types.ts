/** Short names for the shapes of the HTTP contract; all are generated from the server's schema. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type User = Schemas['UserView'];
export type SignIn = Schemas['SignInView'];
/** What a person sees of their own account. */
export type Account = Schemas['AccountView'];
export type AccountSession = Schemas['SessionView'];
export type LinkedAccount = Schemas['LinkedAccountView'];
export type ApiKey = Schemas['ApiKeyView'];
export type CreatedApiKey = Schemas['CreatedApiKey'];
export type NewApiKey = Schemas['NewApiKey'];
export type Scope = Schemas['Scope'];
export type Provider = Schemas['ProviderView'];
export type Registration = Schemas['RegistrationView'];
export type InvitationOffer = Schemas['InvitationOffer'];

export type Kind = Schemas['Kind'];
export type DocumentStatus = Schemas['DocumentStatus'];
/** Who holds a document: a person or a connection. */
export type DocumentOwner = { id: string; name: string } | { connection_id: string; name: string };
/** What a reader may do with a document, beside reading it. */
export type DocumentRight = 'share' | 'delete' | 'retry';
/** `owner` and `may` are missing in the answers of servers before sharing. */
export type LibraryDocument = Schemas['DocumentView'] & {
  owner?: DocumentOwner | null;
  may?: readonly string[] | null;
};
export type DocumentList = Omit<Schemas['DocumentPage'], 'items'> & { items: LibraryDocument[] };
export type StoredItem = Schemas['StoredItem'];
export type DocumentText = Schemas['DocumentTextView'];
export type Section = Schemas['SectionView'];

export type SearchHit = Schemas['HitView'];

export type Conversation = Schemas['ConversationView'];
export type ConversationDetail = Schemas['ConversationWithMessages'];
export type Message = Schemas['MessageView'];
export type Citation = Schemas['Citation'];
export type Passage = Schemas['Passage'];
export type Disagreement = Schemas['Disagreement'];
/** The stream's events: one closed union on `type`. An unknown one is ignored, each known one is handled. */
export type ChatEvent = Schemas['ChatEvent'];

export type Role = Schemas['Role'];
export type Person = Schemas['ManagedUser'];
export type PersonChange = Schemas['ManagedUserChange'];
export type Invitation = Schemas['InvitationView'];
export type AuditEntry = Schemas['AuditEntryView'];
export type AuditOutcome = AuditEntry['outcome'];
export type SigningKey = Schemas['SigningKeyView'];

export const STATUSES = [
  'queued',
  'processing',
  'indexed',
  'failed',
] as const satisfies readonly DocumentStatus[];

export const KINDS = [
  'pdf',
  'docx',
  'pptx',
  'xlsx',
  'html',
  'markdown',
  'text',
  'csv',
  'json',
  'email',
  'mailbox',
  'code',
  'archive',
  'message',
  'page',
  'ticket',
] as const satisfies readonly Kind[];
