// Fails when a first visit loads more JavaScript than the budget: everything the entry and the page need before they
// can be used, gzipped. Chunks that are imported lazily from there are not part of it. Run after `npm run build`.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** What each first visit loads, the entry and the lazy modules that its route draws at once, and how much that may be. */
const VISITS = {
  login: { bytes: 172_000, roots: ['index.html', 'src/pages/Login.tsx'] },
  chat: { bytes: 171_000, roots: ['index.html', 'src/components/layout/Shell.tsx', 'src/pages/Chat.tsx'] },
};

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'));

function closure(roots) {
  const files = new Set();
  const visit = (name) => {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`${name} is not in the build`);
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  roots.forEach(visit);
  return [...files];
}

let failed = false;
for (const [visit, { bytes: budget, roots }] of Object.entries(VISITS)) {
  const bytes = closure(roots).reduce(
    (sum, file) => sum + gzipSync(readFileSync(dist + file), { level: 9 }).length,
    0,
  );
  const over = bytes > budget;
  failed ||= over;
  console.log(`${visit}: ${(bytes / 1000).toFixed(1)} kB of ${budget / 1000} kB${over ? ' - too much' : ''}`);
}
if (failed) process.exitCode = 1;
