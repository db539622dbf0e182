import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * Keeps what is being read where it is when older messages are put in front of it. Returns the ref of the list; its
 * messages carry `data-message`.
 */
export function useKeptPlace(scroller: RefObject<HTMLElement | null>, firstId: string | undefined) {
  const list = useRef<HTMLDivElement>(null);
  const before = useRef<{ id: string; top: number } | null>(null);

  useLayoutEffect(() => {
    const former = before.current;
    if (former && former.id !== firstId) {
      const box = scroller.current;
      const element = messageElement(list.current, former.id);
      if (box && element) box.scrollTop += element.getBoundingClientRect().top - former.top;
    }
    return () => {
      // Measured before the next drawing changes anything.
      const element = firstId === undefined ? null : messageElement(list.current, firstId);
      before.current = firstId && element ? { id: firstId, top: element.getBoundingClientRect().top } : null;
    };
  });
  return list;
}

const messageElement = (list: HTMLElement | null, id: string) =>
  list?.querySelector(`[data-message="${CSS.escape(id)}"]`) ?? null;
