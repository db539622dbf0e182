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

const WORDS = import.meta.glob<object>('./*/*.json', { import: 'default', eager: true });
const PLURAL = /_(zero|one|two|few|many|other)$/;
const WRITTEN = /['"`]([a-zA-Z]+(?:\.[\w-]+)+)['"`]/g;
/** Keys that are put together while the page runs, by how they begin; all of them, or those that are named. */
const COMPOSED: Record<string, 'all' | readonly string[]> = {
  'actions.actor.': 'all',
  'actions.availability.': 'all',
  'actions.channelKind.': 'all',
  'actions.editTitle.': 'all',
  'actions.event.': 'all',
  'actions.eventScope.': 'all',
  'actions.evidence.from.': 'all',
  'actions.fields.': 'all',
  'actions.kind.': 'all',
  'actions.many.button.': 'all',
  'actions.many.text.': 'all',
  'actions.many.title.': 'all',
  'actions.message.': 'all',
  'actions.move.': 'all',
  'actions.newTitle.': 'all',
  'actions.noWay.': 'all',
  'actions.obstacle.': 'all',
  'actions.obstacleText.': 'all',
  'actions.origin.': 'all',
  'actions.outcome.': 'all',
  'actions.placeKind.': 'all',
  'actions.status.': 'all',
  'actions.eventTurn.': 'all',
  'actions.scopeMails.': 'all',
  'actions.scopeMailsThis.': 'all',
  'actions.scopeName.': 'all',
  'actions.scopeText.': 'all',
  'actions.templates.placeKind.': 'all',
  'actions.untitled.': 'all',
  'actions.updates.': 'all',
  'admin.audit.': ['from', 'to'],
  'admin.audit.details.': 'all',
  'admin.audit.outcomes.': 'all',
  'admin.events.': 'all',
  'admin.methods.': 'all',
  'admin.person.deleteGoes.': 'all',
  'admin.person.limits.': 'all',
  'admin.person.roleAsk.': 'all',
  'admin.person.roleChanged.': 'all',
  'admin.person.roleText.': 'all',
  'admin.person.roleTitle.': 'all',
  'admin.person.roleTo.': 'all',
  'admin.policy.effectText.': 'all',
  'admin.policy.effects.': 'all',
  'admin.policy.filesAre.': 'all',
  'admin.policy.kinds.': 'all',
  'admin.policy.outsideIs.': 'all',
  'admin.policy.says.': 'all',
  'admin.policy.whoseIs.': 'all',
  'admin.roles.': 'all',
  'admin.statuses.': 'all',
  'admin.workspace.mailText.': 'all',
  'admin.workspace.registrationText.': 'all',
  'chat.': ['conflict', 'conflictText', 'superseded', 'supersededText'],
  'chat.command.': 'all',
  'chat.degradedParts.': 'all',
  'chat.takenFor.': 'all',
  'connections.access.forgetBy.': 'all',
  'connections.capability.': 'all',
  'connections.capabilityState.': 'all',
  'connections.consentErrors.': 'all',
  'connections.counts.': 'all',
  'connections.decided.': 'all',
  'connections.decisions.': 'all',
  'connections.decisionsText.': 'all',
  'connections.disconnectGoes.': 'all',
  'connections.itemStatus.': 'all',
  'connections.managedBy.': 'all',
  'connections.mend.': 'all',
  'connections.missing.': 'all',
  'connections.modes.': 'all',
  'connections.modesText.': 'all',
  'connections.people.by.': 'all',
  'connections.people.matchedOptions.': 'all',
  'connections.problems.': 'all',
  'connections.progress.': 'all',
  'connections.runCounts.': 'all',
  'connections.runStatus.': 'all',
  'connections.seenBy.': 'all',
  'connections.status.': 'all',
  'connections.statusText.': 'all',
  'connections.ways.': 'all',
  'connections.why.whyNot.': 'all',
  'feedback.reasons.': 'all',
  'kind.': 'all',
  'nav.': ['today', 'yesterday', 'week', 'month', 'older'],
  'palette.settings.': 'all',
  'promise.': ['pointOne', 'pointTwo', 'pointThree'],
  'providerFailure.': 'all',
  'search.dates.': 'all',
  'search.degraded.': 'all',
  'search.filter.': 'all',
  'search.tips.': 'all',
  'search.tipsText.': 'all',
  'settings.deleteAccountGoes.': 'all',
  'settings.groups.': 'all',
  'settings.keyUses.': 'all',
  'settings.lifetimes.': 'all',
  'settings.linkErrors.': 'all',
  'settings.modes.': 'all',
  'settings.modesText.': 'all',
  'settings.presets.': 'all',
  'settings.roles.': 'all',
  'settings.rolesText.': 'all',
  'settings.scopes.': 'all',
  'settings.scopesText.': 'all',
  'shortcuts.': 'all',
  'source.': 'all',
  'status.': 'all',
  'strength.': 'all',
  'tabs.admin.': 'all',
  'tabs.connections.': 'all',
  'tabs.settings.': 'all',
  'theme.': 'all',
  'why.group.': 'all',
  'why.reason.': 'all',
};

/** The keys of a file of words, those of its sections with the section before them. */
const keysOf = (words: object, before: string): string[] =>
  Object.entries(words).flatMap(([name, value]) =>
    typeof value === 'string' ? [before + name] : keysOf(value as object, `${before}${name}.`),
  );

/** The keys of every language, as the code writes them. */
const KEYS = new Set(
  Object.entries(WORDS).flatMap(([path, words]) => {
    const file = path.replace(/^.*\/|\.json$/g, '');
    return keysOf(words, file === 'start' ? '' : `${file}.`).map((key) => key.replace(PLURAL, ''));
  }),
);

/** The keys that nothing writes and nothing puts together. */
function unused(keys: Iterable<string>): string[] {
  const written = new Set(
    Object.values(SOURCES).flatMap((source) => [...source.matchAll(WRITTEN)].map(([, key]) => key)),
  );
  const composed = (key: string) =>
    Object.entries(COMPOSED).some(
      ([start, ends]) => key.startsWith(start) && (ends === 'all' || ends.includes(key.slice(start.length))),
    );
  return [...keys].filter((key) => !written.has(key) && !composed(key));
}

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

describe('every word of the pages', () => {
  it('is used', () => {
    expect(KEYS.size).toBeGreaterThan(700);
    expect(unused(KEYS)).toEqual([]);
  });

  it('is missed when nothing uses it any more', () => {
    expect(unused([...KEYS, 'chat.never', 'nav.never'])).toEqual(['chat.never', 'nav.never']);
  });

  it.each(Object.keys(COMPOSED))('that begins with %s is put together somewhere', (start) => {
    const all = Object.values(SOURCES).join('\n');
    expect(all).toContain(`\`${start}\${`);
  });
});
