import i18n from 'i18next';
import { describe, expect, it } from 'vitest';
import start from './en/start.json';
import { LATER_WORDS, withWords } from './index';

const SOURCES = import.meta.glob<string>(['/src/**/*.{ts,tsx}', '!**/*.{test,d}.*', '!/src/test/**'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const KEY = new RegExp(`['"\`](${LATER_WORDS.join('|')})\\.[a-zA-Z$]`, 'g');
const IMPORT = /\b(?:from|import)\s*\(?\s*'([^']+)'\)?(?:, '(\w+)'\))?/g;
/** Their list is read elsewhere too, but only the page of the subject draws them. */
const TABS = /^\/src\/components\/(\w+)\/tabs\.ts$/;

/** The module of an import, as `SOURCES` names it; undefined for what is not of this application. */
function moduleAt(target: string, from: string): string | undefined {
  const path = target.startsWith('@/')
    ? `/src/${target.slice(2)}`
    : target.startsWith('.')
      ? new URL(target, `file://${from}`).pathname
      : '';
  return [`${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((file) => file in SOURCES);
}

/** Each use of words in a module that is reached without a `withWords` for them, as "module: section". */
function missing(sources: Record<string, string>): string[] {
  const seen = new Set<string>();
  const found = new Set<string>();
  const visit = (file: string, words: string | undefined) => {
    if (seen.has(`${file} ${words}`)) return;
    seen.add(`${file} ${words}`);
    const source = sources[file] ?? '';
    for (const [, section] of source.matchAll(KEY)) {
      if (section !== words) found.add(`${file}: ${section}`);
    }
    for (const [, target, brought] of source.matchAll(IMPORT)) {
      const next = target && moduleAt(target, file);
      if (next) visit(next, brought ?? file.match(TABS)?.[1] ?? words);
    }
  };
  visit('/src/main.tsx', undefined);
  expect(seen.size).toBeGreaterThan(200); // The walk found its way.
  return [...found];
}

describe('words that come with their page', () => {
  it('are there before the page is', async () => {
    i18n.removeResourceBundle('en', 'translation');
    i18n.addResourceBundle('en', 'translation', start);
    expect(i18n.exists('settings.title')).toBe(false);
    await expect(withWords(Promise.resolve('page'), 'settings')).resolves.toBe('page');
    expect(i18n.t('settings.title')).toBe('Settings');
    expect(i18n.t('common.close')).toBe('Close');
  });

  it('are used by nothing that can be drawn without them', () => {
    expect(missing(SOURCES)).toEqual([]);
  });

  it('are missed where a page is loaded without them', () => {
    const registry = '/src/pages/registry.ts';
    const without = (SOURCES[registry] ?? '').replace(
      /withWords\((import\('\.\/Search'\)), 'search'\)/,
      '$1',
    );
    expect(missing({ ...SOURCES, [registry]: without })).toContain('/src/pages/Search.tsx: search');
  });
});
