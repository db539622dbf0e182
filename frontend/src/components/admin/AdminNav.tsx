import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useOpenTabInView } from '@/hooks/useOpenTabInView';
import { cn } from '@/utils/cn';
import { ADMIN_TABS } from './tabs';

/** The tabs, which are pages of their own, in a row that scrolls on phones. */
export function AdminNav() {
  const { t } = useTranslation();
  const nav = useRef<HTMLElement>(null);
  useOpenTabInView(nav);
  return (
    <nav
      ref={nav}
      aria-label={t('admin.title')}
      className="mt-4 border-b max-md:-mx-4 max-md:overflow-x-auto max-md:px-4 max-md:[scrollbar-width:none]"
    >
      <ul className="flex gap-1">
        {ADMIN_TABS.map(({ id, icon: Icon }) => (
          <li key={id}>
            <NavLink
              to={`/admin/${id}`}
              className={({ isActive }) =>
                cn(
                  '-mb-px flex h-10 items-center gap-2 whitespace-nowrap border-b-2 px-3 font-medium text-base transition-colors duration-100 focus-visible:-outline-offset-2 max-md:h-11 [&_svg]:size-4',
                  isActive
                    ? 'border-accent text-ink'
                    : 'border-transparent text-ink-2 hover:border-line-strong hover:text-ink',
                )
              }
            >
              <Icon strokeWidth={1.85} aria-hidden />
              {t(`admin.tabs.${id}`)}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
