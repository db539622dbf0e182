import { type ReactNode, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { Kbd } from './Kbd';

type Side = 'right' | 'bottom';

interface TooltipProps {
  label: string;
  keys?: string;
  side?: Side;
  /** One button. It keeps its own aria-label: a tooltip is no name. */
  children: ReactNode;
}

const DELAY_MS = 350;
const GAP_PX = 7;

/** Names an icon button on hover and on keyboard focus; any key puts it away. */
export function Tooltip({ label, keys, side = 'bottom', children }: TooltipProps) {
  const host = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);

  const show = () => {
    const box = host.current?.firstElementChild?.getBoundingClientRect();
    if (!box) return;
    setPlace(
      side === 'right'
        ? { left: box.right + GAP_PX, top: box.top + box.height / 2 }
        : { left: box.left + box.width / 2, top: box.bottom + GAP_PX },
    );
  };
  const hide = () => {
    clearTimeout(timer.current);
    setPlace(null);
  };
  useEffect(() => () => clearTimeout(timer.current), []);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens; the button inside is what is operated
    <span
      ref={host}
      className="contents"
      onPointerEnter={(event) => {
        if (event.pointerType === 'mouse') timer.current = setTimeout(show, DELAY_MS);
      }}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={(event) => event.target.matches(':focus-visible') && show()}
      onBlur={hide}
      onKeyDown={hide}
    >
      {children}
      {place &&
        createPortal(
          <span
            role="tooltip"
            style={place}
            className={`pointer-events-none fixed z-50 ${side === 'right' ? '-translate-y-1/2' : '-translate-x-1/2'}`}
          >
            <span className="flex w-max max-w-72 animate-in items-center gap-2 text-pretty rounded-lg border bg-surface px-2.5 py-1.5 text-ink text-xs shadow-md">
              {label}
              {keys && <Kbd keys={keys} />}
            </span>
          </span>,
          document.body,
        )}
    </span>
  );
}
