import { type RefObject, useDeferredValue, useEffect, useEffectEvent, useMemo, useState } from 'react';
import { type Found, findWords } from '@/utils/findWords';
import { matchesKeys } from '@/utils/platform';

export interface Find {
  open: boolean;
  query: string;
  found: readonly Found[];
  /** The place of the current match among `found`; 0 where there is none. */
  at: number;
  current: Found | null;
  /** Counts how often it was opened, so that its field takes the focus again. */
  asked: number;
  setQuery: (query: string) => void;
  step: (by: 1 | -1) => void;
  show: () => void;
  close: () => void;
}

interface FindOptions {
  text: string;
  /** Stretches that are not shown, and so not found. */
  hidden: readonly Found[];
  /** Where to begin looking, as a UTF-16 offset. */
  from: number;
  host: RefObject<HTMLElement | null>;
  /** The keys are meant for the document wherever the focus is, and not only while it is inside. */
  everywhere: boolean;
}

const NOTHING: readonly Found[] = [];

/** Find in one document: its own words and keys, since the browser finds only what is drawn. */
export function useFind({ text, hidden, from, host, everywhere }: FindOptions): Find {
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState(0);
  const [query, setQuery] = useState('');
  const [stepped, setStepped] = useState({ query: '', by: 0 });
  const wanted = useDeferredValue(open ? query : '');
  const found = useMemo(() => (wanted ? findWords(text, wanted, hidden) : NOTHING), [text, wanted, hidden]);
  const first = useMemo(
    () =>
      Math.max(
        0,
        found.findIndex(({ start }) => start >= from),
      ),
    [found, from],
  );
  // Steps belong to the words that stand in the field, also while those are still being looked for.
  const by = stepped.query === wanted ? stepped.by : 0;
  const at = found.length > 0 ? modulo(first + by, found.length) : 0;

  const close = () => {
    setOpen(false);
    host.current?.querySelector<HTMLElement>('[data-scroller]')?.focus({ preventScroll: true });
  };
  const show = () => {
    setOpen(true);
    setAsked((count) => count + 1);
  };

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    const inside = target !== null && host.current?.contains(target);
    if (event.isComposing || !(inside || everywhere) || target?.closest('[role="dialog"]')) return;
    if (matchesKeys(event, 'mod+f')) show();
    else if (open && matchesKeys(event, 'escape')) close();
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    // Before everything else: Escape closes this, and not what lies around it.
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen, true);
    return () => window.removeEventListener('keydown', listen, true);
  }, []);

  return {
    open,
    query,
    found,
    at,
    current: found[at] ?? null,
    asked,
    setQuery,
    step: (by) => setStepped((last) => ({ query, by: (last.query === query ? last.by : 0) + by })),
    show,
    close,
  };
}

const modulo = (value: number, by: number) => ((value % by) + by) % by;
