import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useOpenTabInView } from '@/hooks/useOpenTabInView';
import { cn } from '@/utils/cn';
import { GROUPS, TABS } from './tabs';

/** The tabs, which are pages of their own: beside the content, and on phones a row above it. */
export function SettingsNav() {
  const { t } = useTranslation();
  const nav = useRef<HTMLElement>(null);
  useOpenTabInView(nav);
  return (
    <nav
      ref={nav}
      aria-label={t('settings.title')}
      className="flex gap-1 max-md:-mx-4 max-md:overflow-x-auto max-md:px-4 max-md:pb-1 max-md:[scrollbar-width:none] md:flex-col md:gap-5"
    >
      {GROUPS.map((group) => (
        <div key={group}>
          <p className="px-3 pb-1 font-medium text-ink-3 text-xs max-md:sr-only">
            {t(`settings.groups.${group}`)}
          </p>
          <ul className="flex gap-1 md:flex-col md:gap-0.5">
            {TABS.filter((tab) => tab.group === group).map(({ id, icon: Icon }) => (
              <li key={id}>
                <NavLink
                  to={`/settings/${id}`}
                  className={({ isActive }) =>
                    cn(
                      'flex h-9 items-center gap-2.5 whitespace-nowrap rounded-lg px-3 font-medium text-base transition-colors duration-100 max-md:h-10 [&_svg]:size-4',
                      isActive ? 'bg-active text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
                    )
                  }
                >
                  <Icon strokeWidth={1.85} aria-hidden />
                  {t(`settings.tabs.${id}`)}
                </NavLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
