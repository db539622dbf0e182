// Holds which part of the pages may import which: shared ← feature ← page ← frame. Run by `npm run lint`.
//
//   shared    components/ui and the files directly in components/: what knows no subject
//   feature   components/<subject>: never another subject
//   page      pages/: compose features; never each other, but for "not found"
//   frame     App, pages/registry and components/layout: know the pages
//   ground    services, utils, hooks, contexts: draw nothing, so they import no component
//
// What breaks this today stands in zones-known.json, which may only shrink. Imports that are computed are not seen.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
export const SRC = join(HERE, '../src');
/** Files in components/ that belong to a subject. */
const CHAT_FILES = ['components/ChatMessage', 'components/SourceCitation'];
const RANK = { ground: 0, shared: 1, feature: 2, page: 3, frame: 4 };
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

const bare = (path) => path.replace(/\.tsx?$/, '');

/** Where a file of src/ stands: its zone, and for features which. */
export function zoneOf(path) {
  const file = bare(path);
  const [top, second, third] = file.split('/');
  if (second === undefined || top === 'test') return { zone: 'frame' };
  if (top === 'pages') return { zone: second === 'registry' ? 'frame' : 'page' };
  if (top !== 'components') return { zone: 'ground' };
  if (CHAT_FILES.includes(file)) return { zone: 'feature', name: 'chat' };
  if (third === undefined || second === 'ui') return { zone: 'shared' };
  return second === 'layout' ? { zone: 'frame' } : { zone: 'feature', name: second };
}

/** The imports of one file that point the wrong way, each as "from → to". */
export function violationsIn(path, source) {
  const from = zoneOf(path);
  const found = [];
  for (const [, target] of source.matchAll(IMPORT)) {
    const to = target.startsWith('@/')
      ? target.slice(2)
      : target.startsWith('.')
        ? posix.normalize(posix.join(posix.dirname(path), target))
        : null;
    if (to === null || to.endsWith('.json') || to.endsWith('.css')) continue;
    const zone = zoneOf(to);
    const upwards = RANK[zone.zone] > RANK[from.zone];
    const across = from.zone === 'feature' && zone.zone === 'feature' && from.name !== zone.name;
    const pages = from.zone === 'page' && zone.zone === 'page' && to !== 'pages/NotFound';
    if (upwards || across || pages) found.push(`${bare(path)} → ${bare(to)}`);
  }
  return found;
}

/** The pages' own files, from `src`. */
export function filesIn(folder, prefix = '') {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesIn(join(folder, entry.name), `${prefix}${entry.name}/`)
      : /\.tsx?$/.test(entry.name) && !/\.test\.|\.d\.ts$/.test(entry.name)
        ? [`${prefix}${entry.name}`]
        : [],
  );
}

/** What is wrong and not known, and what is known and not wrong any more. */
export function compare(found, known) {
  return {
    fresh: found.filter((item) => !known.includes(item)),
    gone: known.filter((item) => !found.includes(item)),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = filesIn(SRC).flatMap((path) => violationsIn(path, readFileSync(join(SRC, path), 'utf8')));
  const { fresh, gone } = compare(found, JSON.parse(readFileSync(join(HERE, 'zones-known.json'), 'utf8')));
  for (const item of fresh) console.error(`imports the wrong way: ${item}`);
  for (const item of gone) console.error(`mended, take it out of scripts/zones-known.json: ${item}`);
  if (fresh.length + gone.length > 0) process.exitCode = 1;
}
