/** Addresses within the application. */

/** Where to go after signing in: only ever a path of this application, never another site. */
export function returnPathOf(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  const safe = next.startsWith('/') && !next.startsWith('//') && !next.includes('\\');
  return safe ? next : '/';
}

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
