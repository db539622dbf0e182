/** Ids, links and mentions of Slack, as they stand in what people write and paste. */
import type { Place } from '@/services/types';

const ID = /^[CGDUW][A-Z0-9]{2,30}$/;
const LINK =
  /^https:\/\/[a-z0-9-]+(?:\.enterprise)?\.slack\.com\/archives\/([CGD][A-Z0-9]{2,30})\/p(\d{10})(\d{6})(?:\?(.*))?$/;
const TS = /^\d{10}\.\d{6}$/;
const TYPED = /(?:^|[\s(])@([\p{L}\p{N}._-]{0,40})$/u;
const MENTION = /<(?:@([UW][A-Z0-9]{2,30})|!subteam\^(S[A-Z0-9]{2,30})|#(C[A-Z0-9]{2,30}))>/g;

export const isPlaceId = (typed: string): boolean => ID.test(typed.trim());

/** The thread that a message belongs to, by the message's own link; null for anything else. */
export function threadOfLink(link: string | null | undefined): { channel: string; ts: string } | null {
  const found = LINK.exec(link?.trim() ?? '');
  if (!found) return null;
  const [, channel = '', seconds, micros, query] = found;
  const thread = new URLSearchParams(query ?? '').get('thread_ts');
  return { channel, ts: thread && TS.test(thread) ? thread : `${seconds}.${micros}` };
}

/** What stands behind an "@" right before the caret: a name that is begun; null where none is. */
export function mentionTyped(text: string, caret: number): { from: number; query: string } | null {
  const found = TYPED.exec(text.slice(0, caret));
  const query = found?.[1];
  return query === undefined ? null : { from: caret - query.length - 1, query };
}

export type Mentionable = Pick<Place, 'id' | 'name' | 'kind' | 'members'> | Broadcast;
export interface Broadcast {
  id: 'here' | 'channel' | 'everyone';
  name: string;
  kind: 'broadcast';
  members: null;
}

export const BROADCASTS: readonly Broadcast[] = (['here', 'channel', 'everyone'] as const).map((id) => ({
  id,
  name: id,
  kind: 'broadcast',
  members: null,
}));

/** Of what was found for less than is typed by now, what fits: a quick Enter must not take somebody else. */
export function fitting<T extends Pick<Place, 'id' | 'name'>>(found: readonly T[] = [], typed: string): T[] {
  const words = typed
    .trim()
    .replace(/^[#@]+/, '')
    .toLowerCase();
  return found.filter(({ id, name }) => name.toLowerCase().includes(words) || id.toLowerCase() === words);
}

/** A mention as the server reads it. */
export function mentionOf({ id, kind }: Pick<Mentionable, 'id' | 'kind'>): string {
  if (kind === 'broadcast') return `<!${id}>`;
  if (kind === 'user_group') return `<!subteam^${id}>`;
  return kind === 'person' ? `<@${id}>` : `<#${id}>`;
}

/** The ids that a text mentions, each once, in their order. */
export const mentionedIds = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(MENTION)].map(([, person, group, channel]) => person ?? group ?? channel ?? ''),
  ),
];
