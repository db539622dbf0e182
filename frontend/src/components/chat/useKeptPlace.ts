import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * Keeps what is being read where it is when older messages are put in front of it. Returns the ref of the list; its
 * messages carry `data-message`.
 */
export function useKeptPlace(scroller: RefObject<HTMLElement | null>, firstId: string | undefined) {
  const list = useRef<HTMLDivElement>(null);
  const first = useRef<{ id: string; top: number } | null>(null);

  useLayoutEffect(() => {
    const box = scroller.current;
    const topOf = (id: string | undefined) => {
      const element = id && list.current?.querySelector(`[data-message="${id}"]`);
      return element && box ? element.getBoundingClientRect().top + box.scrollTop : null;
    };
    const former = first.current;
    const moved = former && former.id !== firstId ? topOf(former.id) : null;
    // Before anything is drawn, and instead of the browser's own anchoring, which does nothing at the very top: it is
    // switched off for the scroller, or both would move it.
    if (box && former && moved !== null) box.scrollTop += moved - former.top;
    const top = topOf(firstId);
    first.current = firstId !== undefined && top !== null ? { id: firstId, top } : null;
  }, [scroller, firstId]);
  return list;
}
