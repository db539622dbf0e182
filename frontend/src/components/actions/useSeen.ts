import { type RefObject, useCallback, useEffect, useRef } from 'react';

/** What of an element is not cut off by the window or by what scrolls around it, as vertical places of the window. */
function visibleSpan(element: HTMLElement): { top: number; bottom: number; scroller: Element } {
  const box = element.getBoundingClientRect();
  let top = Math.max(0, box.top);
  let bottom = Math.min(innerHeight, box.bottom);
  let scroller: Element = document.scrollingElement ?? document.documentElement;
  for (let at = element.parentElement; at && at !== document.documentElement; at = at.parentElement) {
    if (getComputedStyle(at).overflowY === 'visible') continue;
    const around = at.getBoundingClientRect();
    top = Math.max(top, around.top);
    bottom = Math.min(bottom, around.bottom);
    if (at.scrollHeight > at.clientHeight && scroller === document.scrollingElement) scroller = at;
  }
  return { top, bottom, scroller };
}

/** Some of the former lines stay in sight after a jump. */
const OVERLAP_PIXELS = 24;

/**
 * Whether all of an element was on screen since its content is what `content` names. What is taller than the window
 * counts once it was scrolled through from its beginning.
 */
export function useSeen(element: RefObject<HTMLElement | null>, content: string) {
  const seen = useRef({ content: '', width: 0, to: 0 });
  const look = useCallback(() => {
    const shown = element.current;
    if (!shown) return { height: 0, to: 0 };
    const box = shown.getBoundingClientRect();
    if (seen.current.content !== content || seen.current.width !== box.width) {
      seen.current = { content, width: box.width, to: 0 };
    }
    const { top, bottom } = visibleSpan(shown);
    if (top - box.top <= seen.current.to + 1) {
      seen.current.to = Math.max(seen.current.to, bottom - box.top);
    }
    return { height: box.height, to: seen.current.to };
  }, [element, content]);

  useEffect(() => {
    look();
    document.addEventListener('scroll', look, { capture: true, passive: true });
    window.addEventListener('resize', look);
    return () => {
      document.removeEventListener('scroll', look, { capture: true });
      window.removeEventListener('resize', look);
    };
  }, [look]);

  return {
    isSeen: () => {
      const { height, to } = look();
      return to >= height - 1;
    },
    /** Brings the first of what was not seen to the top. */
    showUnseen: () => {
      const shown = element.current;
      if (!shown) return;
      const { to } = look();
      const { scroller } = visibleSpan(shown);
      const edge = Math.max(0, scroller.getBoundingClientRect().top);
      scroller.scrollBy({ top: shown.getBoundingClientRect().top + to - edge - OVERLAP_PIXELS });
      look();
    },
  };
}
