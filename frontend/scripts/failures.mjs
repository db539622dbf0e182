// Holds that a query which failed takes nothing off the screen: pages ask `failureOf` in services/queries.ts, which
// knows of a failure only while there is nothing to show. Run by `npm run lint`.
//
// In TanStack Query `isError` and `error` also tell of a failure behind what is shown. A query is known here by its
// `refetch` or `data` in the same file, a mutation by its `mutate`. What means that something is gone may be read of the
// error: `isGone(query.error)`, `isApiError(query.error, 'not_found')`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesIn, SRC } from './zones.mjs';

const READ =
  /(?<asks>isGone\(|isApiError\()?\b(?<query>\w+)\.(?:error|isError|isLoadingError|isSuccess)\b(?<code>, ')?/g;
const TAKEN = /\{[^{}]*\b(?:error|isError|isLoadingError|isSuccess)\b[^{}]*\}\s*=\s*use\w+\(/g;
const QUERY_ONLY = /\b(?:refetch|data)\b/;

/** Where a file reads of a query that it failed, whatever there is to show. */
export function blindReadsIn(path, source) {
  const found = [];
  for (const { 0: text, groups } of source.matchAll(READ)) {
    const { asks, query, code } = groups;
    if (asks === 'isGone(' || (asks && code)) continue;
    const has = (names) => new RegExp(`\\b${query}\\.(?:${names})\\b`).test(source);
    if (has('refetch|data') && !has('mutate|mutateAsync')) found.push(`${path}: ${text}`);
  }
  for (const [text] of source.matchAll(TAKEN)) if (QUERY_ONLY.test(text)) found.push(`${path}: ${text}`);
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = filesIn(SRC).flatMap((path) => blindReadsIn(path, readFileSync(join(SRC, path), 'utf8')));
  for (const item of found) console.error(`takes what is shown off the screen, ask failureOf: ${item}`);
  if (found.length > 0) process.exitCode = 1;
}
