import { type RefObject, useEffect } from 'react';
import { useLocation } from 'react-router';

/** Keeps the tab that is open in the middle of a row of tabs that scrolls, also when the window gets narrower. */
export function useOpenTabInView(row: RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tab that is open changes with the address
  useEffect(() => {
    const nav = row.current;
    if (!nav) return;
    const center = () => {
      const tab = nav.querySelector('[aria-current]')?.getBoundingClientRect();
      if (!tab) return;
      const { left, width } = nav.getBoundingClientRect();
      nav.scrollLeft += tab.left + tab.width / 2 - (left + width / 2);
    };
    center();
    const observer = new ResizeObserver(center);
    observer.observe(nav);
    return () => observer.disconnect();
  }, [row, pathname]);
}
