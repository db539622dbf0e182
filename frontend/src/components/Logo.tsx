/** Three lines of a page, the middle one highlighted: what this product does. */
export const LogoMark = ({ className = 'size-6' }: { className?: string }) => (
  <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
    <rect width="32" height="32" rx="8" fill="oklch(0.38 0.15 268)" />
    <path d="M8 10h16M8 22h10" stroke="#fff" strokeOpacity=".72" strokeWidth="2.6" strokeLinecap="round" />
    <rect x="6.5" y="13" width="19" height="6" rx="1.8" fill="oklch(0.91 0.17 98)" />
    <path d="M9 16h14" stroke="oklch(0.38 0.15 268)" strokeWidth="2.6" strokeLinecap="round" />
  </svg>
);

export const Logo = () => (
  <span className="inline-flex items-center gap-2.5 text-md font-semibold tracking-[-0.02em]">
    <LogoMark />
    BibliosAI
  </span>
);
