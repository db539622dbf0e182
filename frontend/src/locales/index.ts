/**
 * The words of the page. A language is one folder beside this file, with the files that `en` has.
 *
 * `start.json` is here from the first moment. Each other file holds the words of a page that is loaded when it is
 * opened, as the section of its name, and comes with it: see `withWords`.
 */
import i18n from 'i18next';
import { initReactI18next } from 'react-i18next';
import type actions from './en/actions.json';
import type admin from './en/admin.json';
import type connections from './en/connections.json';
import type feedback from './en/feedback.json';
import type scope from './en/scope.json';
import type search from './en/search.json';
import type settings from './en/settings.json';
import start from './en/start.json';

interface Later {
  actions: typeof actions;
  admin: typeof admin;
  connections: typeof connections;
  feedback: typeof feedback;
  scope: typeof scope;
  search: typeof search;
  settings: typeof settings;
}

/** The files of words that come with their page. */
export const LATER_WORDS = [
  'actions',
  'admin',
  'connections',
  'feedback',
  'scope',
  'search',
  'settings',
] as const satisfies readonly (keyof Later)[];
type LaterWords = (typeof LATER_WORDS)[number];

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof start & Later };
  }
}

const FILES = import.meta.glob<object>(['./*/*.json', '!./*/start.json'], { import: 'default' });

void i18n.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: start } },
  interpolation: { escapeValue: false },
});

/** Loads a page together with its words, so that it never draws a key. Rejects when either does not come. */
export async function withWords<Page>(page: Promise<Page>, name: LaterWords): Promise<Page> {
  const load = FILES[`./${i18n.language}/${name}.json`];
  if (!load) throw new Error(`the language ${i18n.language} has no ${name}.json`);
  const [loaded, words] = await Promise.all([page, load()]);
  i18n.addResourceBundle(i18n.language, 'translation', { [name]: words });
  return loaded;
}
