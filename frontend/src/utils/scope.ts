import type { QuestionScope } from '@/services/types';

/** What stands for the demo library where sources are named. */
export const DEMO = 'demo';
/** The server takes no more. */
export const MAX_DOCUMENTS = 50;

/** A source, a connection, or (null) everything. */
export interface Place {
  kind: 'source' | 'connection';
  id: string;
}

/** The one place that questions are asked in; null: in everything, or in what this page does not offer. */
export function placeOf(scope: QuestionScope | null): Place | null {
  const [source] = scope?.sources ?? [];
  const [connection] = scope?.connections ?? [];
  if (connection !== undefined) return { kind: 'connection', id: connection };
  return source === undefined ? null : { kind: 'source', id: source };
}

/** The scope in another place. Named documents are in one place each, so they go. */
export const inPlace = (scope: QuestionScope | null, place: Place | null): QuestionScope | null =>
  restricting({
    after: scope?.after,
    before: scope?.before,
    ...(place && { [place.kind === 'source' ? 'sources' : 'connections']: [place.id] }),
  });

/** The scope with a document more. It is looked for wherever it is, so the place goes. */
export const withDocument = (scope: QuestionScope | null, id: string): QuestionScope | null =>
  restricting({
    after: scope?.after,
    before: scope?.before,
    document_ids: [...new Set([...(scope?.document_ids ?? []), id])].slice(0, MAX_DOCUMENTS),
  });

export const withoutDocument = (scope: QuestionScope | null, id: string): QuestionScope | null =>
  restricting({ ...scope, document_ids: (scope?.document_ids ?? []).filter((other) => other !== id) });

/** What is empty restricts nothing; null when nothing is left. */
export function restricting(scope: QuestionScope): QuestionScope | null {
  const said = Object.entries(scope).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value));
  return said.length > 0 ? Object.fromEntries(said) : null;
}

/** The first moment of a day here, as the server takes it; `later`: days after it. Not 24 hours each, as clocks change. */
export function startOfDay(day: string, later: number): string | undefined {
  const start = new Date(`${day}T00:00:00`);
  if (Number.isNaN(start.getTime())) return undefined;
  start.setDate(start.getDate() + later);
  return start.toISOString();
}

/** The day of a moment here, e.g. 2026-03-04; `earlier`: days before it. */
export function dayOf(moment: string | null | undefined, earlier: number): string {
  if (!moment) return '';
  const at = new Date(moment);
  at.setDate(at.getDate() - earlier);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
