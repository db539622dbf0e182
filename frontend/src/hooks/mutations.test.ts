import { describe, expect, it } from 'vitest';

const SOURCES = import.meta.glob<string>(['/src/**/*.{ts,tsx}', '!**/*.{test,d}.*'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
/** What is given to `mutate` beside the variables. */
const FORGOTTEN = /\bmutate\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*?\bon(?:Success|Error|Settled)\b/;
const forgetful = (sources: Record<string, string>) =>
  Object.keys(sources).filter((file) => FORGOTTEN.test(sources[file] ?? ''));

describe('what is said when a change is made', () => {
  // `mutate` forgets its callbacks when the component goes, and a change often takes away what asked for it.
  it('hangs on no component: it is told by the hook or by the promise of mutateAsync', () => {
    expect(Object.keys(SOURCES).length).toBeGreaterThan(200);
    expect(forgetful(SOURCES)).toEqual([]);
  });

  it('would be found where it does', () => {
    const source = 'remove.mutate(keyOf(item.id()), {\n  onSuccess: () => toast(),\n});';
    expect(forgetful({ a: source, b: 'doing.mutate(); const x = { onSuccess: 1 };' })).toEqual(['a']);
  });
});
