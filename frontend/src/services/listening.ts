/** Follows a stream without an end while the page is in view. */
import { followEvents, type StreamEvent } from './eventStream';
import { openStream } from './stream';

export interface Listener<Event> {
  /** From here on every change is told: what is shown has to be fetched. */
  onRegistered: () => void;
  onEvent: (event: Event) => void;
  /** The server refused the stream; nothing more is told. */
  onRefused?: () => void;
}

/**
 * A browser has few connections for each server, and a page that comes into view again fetches anyway. Returns what ends
 * it.
 */
export function listenInView<Event extends StreamEvent>(
  path: string,
  types: ReadonlySet<string>,
  { onRegistered, onEvent, onRefused }: Listener<Event>,
): () => void {
  let abort: AbortController | null = null;

  function sync() {
    if (document.visibilityState === 'hidden') {
      abort?.abort();
      abort = null;
    } else if (!abort) {
      abort = new AbortController();
      followEvents<Event>({
        open: (lastEventId, signal) => openStream(path, lastEventId, signal),
        types,
        onRegistered,
        onEvent,
        signal: abort.signal,
      }).catch(() => onRefused?.());
    }
  }

  document.addEventListener('visibilitychange', sync);
  sync();
  return () => {
    document.removeEventListener('visibilitychange', sync);
    abort?.abort();
  };
}
