import type { LucideIcon } from 'lucide-react';
import { useRef } from 'react';
import { NavLink } from 'react-router';
import { useOpenTabInView } from '@/hooks/useOpenTabInView';
import { cn } from '@/utils/cn';

interface Tab {
  /** The address of the page that the tab is. */
  to: string;
  label: string;
  icon: LucideIcon;
}

interface TabsProps {
  label: string;
  groups: readonly { title?: string; tabs: readonly Tab[] }[];
  /** `row` above the content; `side` beside it, and on phones a row as well. Rows scroll where they are too long. */
  layout: 'row' | 'side';
}

const ROW = 'max-md:-mx-4 max-md:overflow-x-auto max-md:px-4 max-md:[scrollbar-width:none]';
const LOOKS = {
  row: {
    nav: `border-b ${ROW}`,
    list: 'flex gap-1',
    tab: '-mb-px h-10 gap-2 border-b-2 focus-visible:-outline-offset-2 max-md:h-11',
    open: 'border-accent text-ink',
    other: 'border-transparent text-ink-2 hover:border-line-strong hover:text-ink',
  },
  side: {
    nav: `flex gap-1 ${ROW} max-md:pb-1 md:flex-col md:gap-5`,
    list: 'flex gap-1 md:flex-col md:gap-0.5',
    tab: 'h-9 gap-2.5 rounded-lg max-md:h-10',
    open: 'bg-active text-ink',
    other: 'text-ink-2 hover:bg-hover hover:text-ink',
  },
} as const;

/** The parts of a page, each with an address of its own. */
export function Tabs({ label, groups, layout }: TabsProps) {
  const nav = useRef<HTMLElement>(null);
  useOpenTabInView(nav);
  const looks = LOOKS[layout];
  return (
    <nav ref={nav} aria-label={label} className={looks.nav}>
      {groups.map(({ title, tabs }) => (
        <div key={title ?? label}>
          {title && <p className="px-3 pb-1 font-medium text-ink-3 text-xs max-md:sr-only">{title}</p>}
          <ul className={looks.list}>
            {tabs.map(({ to, label: name, icon: Icon }) => (
              <li key={to}>
                <NavLink
                  to={to}
                  className={({ isActive }) =>
                    cn(
                      'flex items-center whitespace-nowrap px-3 font-medium text-base transition-colors duration-100 [&_svg]:size-4',
                      looks.tab,
                      isActive ? looks.open : looks.other,
                    )
                  }
                >
                  <Icon strokeWidth={1.85} aria-hidden />
                  {name}
                </NavLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
