/** What an API key can be for, and a first call for each, to be pasted into a terminal. */
import type { Scope } from '@/services/types';

/** The scopes to choose from. `actions` is none of them: nothing asks for it yet. */
export const OFFERED_SCOPES = ['read', 'ingest', 'chat'] as const satisfies readonly Scope[];
export type OfferedScope = (typeof OFFERED_SCOPES)[number];

const AUTH = '-H "Authorization: Bearer $BIBLIOS_KEY"';
const JSON_BODY = "-H 'Content-Type: application/json'";

const CALLS: Record<OfferedScope, (base: string) => string> = {
  read: (base) => `curl ${AUTH} \\\n  '${base}/search?q=parental+leave'`,
  ingest: (base) => `curl ${AUTH} \\\n  -F 'files=@notes.pdf' '${base}/documents'`,
  chat: (base) =>
    `curl ${AUTH} ${JSON_BODY} \\\n  -d '{"title": "From a script"}' '${base}/conversations'\n` +
    `# then ask, with the id from the answer in place of ID:\n` +
    `curl -N ${AUTH} ${JSON_BODY} \\\n  -d '{"content": "How long is parental leave?"}' '${base}/conversations/ID/messages'`,
};

/** The lines for a terminal. Without the key itself they hold a place for it. */
export const linesFor = (use: OfferedScope, origin: string, key = 'bib_…'): string =>
  `export BIBLIOS_KEY='${key}'\n${CALLS[use](`${origin}/api/v1`)}`;

const DAY_MS = 86_400_000;

/** How long a key lasts, by what people choose; null is forever. */
export const LIFETIMES = { month: 30, quarter: 90, year: 365, never: null } as const;
export type Lifetime = keyof typeof LIFETIMES;
export const LIFETIME_NAMES = Object.keys(LIFETIMES) as Lifetime[];

type Ending = 'never' | 'over' | 'soon' | 'later';
const SOON_DAYS = 7;

/** Where a key stands in its life. */
export function endingOf(expiresAt: string | null, now: number = Date.now()): Ending {
  if (expiresAt === null) return 'never';
  const left = new Date(expiresAt).getTime() - now;
  if (left <= 0) return 'over';
  return left <= SOON_DAYS * DAY_MS ? 'soon' : 'later';
}
