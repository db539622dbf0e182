import { type ReactNode, Suspense, useRef, useState } from 'react';

export interface DeferredMenuProps {
  /** Fills the button, so that the menu opens beside it. */
  anchorClassName: string;
  label: string;
  onClose: () => void;
  focusButton: () => void;
}

interface Props {
  label: string;
  /** False when the button's own words name it. */
  named?: boolean;
  className: string;
  /** Draws the menu with a lazy component. */
  menu: (props: DeferredMenuProps) => ReactNode;
  /** Starts loading the menu's code. */
  preload: () => void;
  children: ReactNode;
}

/** A button whose menu is loaded when somebody is about to open it: menus are a third of a first visit's code. */
export function DeferredMenu({ label, named = true, className, menu, preload, children }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  // Pressing the button closes its menu as pressing anywhere beside it does, so the click that follows has to know.
  const openWhenPressed = useRef<boolean | null>(null);
  return (
    <button
      ref={button}
      type="button"
      aria-label={named ? label : undefined}
      aria-haspopup="menu"
      aria-expanded={open}
      data-state={open ? 'open' : 'closed'}
      onPointerEnter={preload}
      onFocus={preload}
      onPointerDown={(event) => {
        // What is pressed in the menu comes here too, although it is drawn elsewhere.
        if (event.currentTarget.contains(event.target as Node)) openWhenPressed.current = open;
      }}
      onClick={() => {
        setOpen(!(openWhenPressed.current ?? open));
        openWhenPressed.current = null;
      }}
      onKeyDown={(event) => {
        openWhenPressed.current = null; // it may have been let go elsewhere
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        setOpen(true);
      }}
      className={className}
    >
      {children}
      {open && (
        <Suspense>
          {menu({
            anchorClassName: 'pointer-events-none absolute inset-0',
            label,
            onClose: () => setOpen(false),
            focusButton: () => button.current?.focus(),
          })}
        </Suspense>
      )}
    </button>
  );
}
