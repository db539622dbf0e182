/** Addresses within the application. */

/** Only ever a path of this application, never another site. */
export function ownPath(path: string | null): string {
  if (!path?.startsWith('/') || path.startsWith('//') || path.includes('\\')) return '/';
  return path;
}

/** Where to go after signing in. */
export const returnPathOf = (search: string): string => ownPath(new URLSearchParams(search).get('next'));

interface Passage {
  document_id: string;
  version: number;
  start: number;
  end: number;
}

/** The viewer with a passage highlighted; offsets are code points. */
export const passagePath = ({ document_id, version, start, end }: Passage): string =>
  `/documents/${encodeURIComponent(document_id)}?version=${version}&start=${start}&end=${end}`;

export const documentPath = (id: string): string => `/documents/${encodeURIComponent(id)}`;

export const conversationPath = (id: string): string => `/c/${encodeURIComponent(id)}`;

export const connectionPath = (id: string, tab?: string): string =>
  `/connections/${encodeURIComponent(id)}${tab ? `/${tab}` : ''}`;

/** Where an account of a service is connected: to be read, or to act with. */
export const connectPath = (type: string, purpose: 'sync' | 'actions' = 'sync'): string =>
  `/connections/new/${encodeURIComponent(type)}${purpose === 'actions' ? '?purpose=actions' : ''}`;

export const actionPath = (id: string): string => `/actions/${encodeURIComponent(id)}`;

const wholeNumber = (value: string | null): number | null =>
  value && /^\d{1,9}$/.test(value) ? Number(value) : null;

/** The passage that an address asks for; null when it asks for none, or for nonsense. */
export function passageOf(params: URLSearchParams): { start: number; end: number } | null {
  const start = wholeNumber(params.get('start'));
  const end = wholeNumber(params.get('end'));
  return start !== null && end !== null && start < end ? { start, end } : null;
}

export const versionOf = (params: URLSearchParams): number | undefined =>
  wholeNumber(params.get('version')) || undefined;
