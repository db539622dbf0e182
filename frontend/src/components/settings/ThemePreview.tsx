import type { Theme } from '@/hooks/useTheme';

/** A page in small, in the colours of a theme; "system" shows both, half and half. */
export function ThemePreview({ theme }: { theme: Theme }) {
  if (theme !== 'system') return <Sheet theme={theme} className="h-20" />;
  return (
    <span aria-hidden className="relative block h-20">
      <Sheet theme="light" className="absolute inset-0" />
      <Sheet theme="dark" className="absolute inset-0 [clip-path:polygon(58%_0,100%_0,100%_100%,42%_100%)]" />
    </span>
  );
}

const Sheet = ({ theme, className }: { theme: 'light' | 'dark'; className: string }) => (
  <span
    aria-hidden
    data-theme={theme}
    className={`flex overflow-hidden rounded-lg border border-line-strong bg-canvas ${className}`}
  >
    <span className="flex w-1/4 flex-col gap-1 bg-sidebar p-1.5">
      <span className="h-1 w-4/5 rounded-full bg-line-strong" />
      <span className="h-1 w-3/5 rounded-full bg-line-strong" />
    </span>
    <span className="flex flex-1 flex-col gap-1.5 p-2.5">
      <span className="h-1 w-1/2 rounded-full bg-ink" />
      <span className="flex gap-1">
        <span className="h-1 w-1/4 rounded-full bg-ink-3" />
        <span className="h-1 w-2/5 rounded-full bg-mark-strong" />
      </span>
      <span className="h-1 w-3/4 rounded-full bg-ink-3" />
      <span className="mt-auto h-2.5 w-7 self-end rounded bg-accent" />
    </span>
  </span>
);
