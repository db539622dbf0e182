/** Follows what becomes of one's conversations in other tabs and on other devices. */
import { followEvents } from './eventStream';
import { openStream } from './stream';
import type { ConversationEvent } from './types';

const KNOWN = new Set<string>([
  'conversation.changed',
  'conversation.deleted',
  'reset',
  'error',
] satisfies ConversationEvent['type'][]);

interface Listener {
  /** From here on every change is told: what is shown has to be fetched. */
  onRegistered: () => void;
  onEvent: (event: ConversationEvent) => void;
}

/**
 * Listens while the page is in view: a browser has few connections for each server, and a page that comes into view
 * again fetches anyway. Returns what ends it.
 */
export function listenToConversations({ onRegistered, onEvent }: Listener): () => void {
  let abort: AbortController | null = null;

  function sync() {
    if (document.visibilityState === 'hidden') {
      abort?.abort();
      abort = null;
    } else if (!abort) {
      abort = new AbortController();
      // A refusal is final; whoever is still signed in sees changes when the page comes into view again.
      followEvents<ConversationEvent>({
        open: (lastEventId, signal) => openStream('/api/v1/conversations/events', lastEventId, signal),
        types: KNOWN,
        onRegistered,
        onEvent,
        signal: abort.signal,
      }).catch(() => undefined);
    }
  }

  document.addEventListener('visibilitychange', sync);
  sync();
  return () => {
    document.removeEventListener('visibilitychange', sync);
    abort?.abort();
  };
}
