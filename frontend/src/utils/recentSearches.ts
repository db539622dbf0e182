/** What a person searched for lately, newest first. It stays in this browser and ends with the session. */

const PREFIX = 'biblios:searches:';
const KEPT = 6;
const LONGEST_CHARS = 200;

export function recentSearches(userId: string): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(PREFIX + userId) ?? '[]');
    return Array.isArray(stored) ? stored.filter((item) => typeof item === 'string').slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

export function rememberSearch(userId: string, query: string): void {
  const wanted = query.trim();
  if (!wanted || wanted.length > LONGEST_CHARS) return;
  const others = recentSearches(userId).filter((item) => item.toLowerCase() !== wanted.toLowerCase());
  try {
    localStorage.setItem(PREFIX + userId, JSON.stringify([wanted, ...others].slice(0, KEPT)));
  } catch {
    // Storage is blocked or full: only a convenience is lost.
  }
}

/** Forgets everybody's: who signs in here next need not be the same person. */
export function forgetSearches(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Nothing was stored then.
  }
}
