export const SELECT =
  'h-10 w-full rounded-lg border border-line-strong bg-surface px-2.5 text-base text-ink shadow-sm transition-[border-color,box-shadow] duration-150 hover:border-ink-3 focus-visible:border-accent focus-visible:outline-none focus-visible:ring-3 focus-visible:ring-accent/20 aria-invalid:border-danger max-md:text-[1rem]';
