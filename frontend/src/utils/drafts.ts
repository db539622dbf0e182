/** Questions that were begun and not sent, by conversation. They end with the tab or with the session. */

const PREFIX = 'biblios:draft:';
const memory = new Map<string, string>();

export function draftOf(conversation: string): string {
  const known = memory.get(conversation);
  if (known !== undefined) return known;
  try {
    return sessionStorage.getItem(PREFIX + conversation) ?? '';
  } catch {
    return '';
  }
}

export function keepDraft(conversation: string, text: string): void {
  memory.set(conversation, text);
  try {
    if (text) sessionStorage.setItem(PREFIX + conversation, text);
    else sessionStorage.removeItem(PREFIX + conversation);
  } catch {
    // Storage is blocked or full: the draft lives as long as the page.
  }
}

export function forgetDrafts(): void {
  memory.clear();
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // Nothing was stored then.
  }
}
