/** What stands beside the conversation is part of its address: the sources of an answer, or a document at a passage. */
import { passageOf, versionOf } from '@/utils/paths';

interface Target {
  document_id: string;
  version: number;
  start: number;
  end: number;
}

export interface PanelState {
  /** The answer whose sources are shown. */
  messageId: string;
  document: {
    id: string;
    version: number | undefined;
    passage: { start: number; end: number } | null;
  } | null;
  /** The citation that the document was opened from. */
  index: number | null;
}

/** Carried by links from the list of sources, so that the document leads back to the list. */
export const FROM_SOURCES = { from: 'sources' } as const;

export const cameFromSources = (state: unknown): boolean =>
  typeof state === 'object' && state !== null && 'from' in state && state.from === FROM_SOURCES.from;

export const sourcesTarget = (messageId: string): string => `?sources=${encodeURIComponent(messageId)}`;

export function passageTarget(messageId: string, target: Target, index?: number): string {
  const params = new URLSearchParams({
    sources: messageId,
    doc: target.document_id,
    version: String(target.version),
    start: String(target.start),
    end: String(target.end),
  });
  if (index !== undefined) params.set('cite', String(index));
  return `?${params}`;
}

export const citationTarget = (messageId: string, citation: Target & { index: number }): string =>
  passageTarget(messageId, citation, citation.index);

export function panelOf(params: URLSearchParams): PanelState | null {
  const messageId = params.get('sources');
  if (!messageId) return null;
  const id = params.get('doc');
  const cite = Number(params.get('cite') ?? Number.NaN);
  return {
    messageId,
    document: id ? { id, version: versionOf(params), passage: passageOf(params) } : null,
    index: Number.isInteger(cite) ? cite : null,
  };
}
