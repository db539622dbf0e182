import { type ReactNode, useEffect, useRef, useState } from 'react';

interface NearViewProps {
  /** Roughly, while it is not drawn; in pixels. */
  height: number;
  /** Draw it wherever it is: something in it is scrolled to. */
  now: boolean;
  role?: string;
  children: ReactNode;
}

/** Draws its content once it comes near the part that is seen, so that thousands of lines cost nothing at first. */
export function NearView({ height, now, role, children }: NearViewProps) {
  const [near, setNear] = useState(now);
  const place = useRef<HTMLDivElement>(null);
  const drawn = near || now;

  useEffect(() => {
    if (drawn || !place.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setNear(true);
      },
      { rootMargin: '1000px' },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [drawn]);

  return (
    <div ref={place} role={role} style={drawn ? undefined : { height }}>
      {drawn && children}
    </div>
  );
}
