import { useCallback } from 'react';

/** The custom property that notices at the bottom of the page keep clear of. */
const ROOM = '--toast-room';

/** For what stands at the bottom of a page and must not be covered by notices: gives the ref to put on it. */
export function useToastRoom() {
  return useCallback((element: HTMLElement | null) => {
    if (!element) return;
    const { style } = document.documentElement;
    const observer = new ResizeObserver(() => style.setProperty(ROOM, `${element.offsetHeight}px`));
    observer.observe(element);
    return () => {
      observer.disconnect();
      style.removeProperty(ROOM);
    };
  }, []);
}
