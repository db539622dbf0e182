// Completes package-lock.json so that `npm ci` works on every platform.
//
// npm leaves an optional package out of the lock file when the registry it talked to does not carry it, as happens
// with mirrors that only hold one platform's native builds. `npm ci` then refuses the file. Every optional dependency
// that a locked package names is therefore added here with its pinned version and the platform its name states.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SYSTEMS = new Set([
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]);
const PROCESSORS = new Map(
  ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'].map((cpu) => [
    cpu,
    cpu,
  ]),
);
PROCESSORS.set('ppc64le', 'ppc64');
const C_LIBRARIES = new Map([
  ['musl', 'musl'],
  ['gnu', 'glibc'],
]);

const file = process.argv[2] ?? fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(file, 'utf8'));

/** Whether `name` resolves from the package at `location`, walking up nested node_modules as Node does. */
function resolves(location, name) {
  let at = location;
  while (true) {
    if (`${at}${at && '/'}node_modules/${name}` in lock.packages) return true;
    if (at === '') return false;
    at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')));
  }
}

function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = words.find((word) => SYSTEMS.has(word));
  const cpu = words.map((word) => PROCESSORS.get(word)).find(Boolean);
  const libc = os === 'linux' ? words.map((word) => C_LIBRARIES.get(word)).find(Boolean) : undefined;
  return { ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }), ...(os && { os: [os] }) };
}

let added = 0;
for (const [location, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (resolves(location, name)) continue;
    const platform = platformOf(name);
    if (!platform.os && !platform.cpu) {
      console.warn(`left out ${name}: its name states no platform`);
      continue;
    }
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[\^~]/, ''),
      ...(entry.dev && { dev: true }),
      optional: true,
      ...platform,
    };
    added += 1;
  }
}

for (const entry of Object.values(lock.packages)) delete entry.resolved;
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} optional packages of other platforms added`);
