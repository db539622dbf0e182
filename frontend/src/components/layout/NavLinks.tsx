import { LibraryBig, Search, ShieldCheck, SquarePen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { Kbd } from '@/components/ui/Kbd';
import { Tooltip } from '@/components/ui/Tooltip';
import { useUser } from '@/contexts/AuthContext';
import { cn } from '@/utils/cn';

const LINKS = [
  { to: '/', label: 'nav.newChat', icon: SquarePen, keys: 'mod+shift+O' },
  { to: '/library', label: 'nav.library', icon: LibraryBig, keys: undefined },
  { to: '/search', label: 'nav.search', icon: Search, keys: undefined },
] as const;

const ADMIN_LINK = { to: '/admin', label: 'nav.admin', icon: ShieldCheck, keys: undefined } as const;

export function NavLinks({
  iconsOnly = false,
  onNavigate,
}: {
  iconsOnly?: boolean;
  onNavigate?: () => void;
}) {
  const { t } = useTranslation();
  const links = useUser().role === 'admin' ? [...LINKS, ADMIN_LINK] : LINKS;
  return (
    <ul className="space-y-0.5">
      {links.map(({ to, label, icon: Icon, keys }) => {
        const link = (
          <NavLink
            to={to}
            end={to === '/'}
            onClick={onNavigate}
            aria-label={iconsOnly ? t(label) : undefined}
            className={({ isActive }) =>
              cn(
                'group flex h-9 items-center gap-2.5 rounded-lg text-base font-medium transition-colors duration-100 max-md:h-11 [&_svg]:size-[1.0625rem]',
                iconsOnly ? 'justify-center' : 'px-2.5',
                isActive ? 'bg-active text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
              )
            }
          >
            <Icon strokeWidth={1.85} aria-hidden />
            {!iconsOnly && t(label)}
            {!iconsOnly && keys && (
              <Kbd
                keys={keys}
                className="ml-auto opacity-0 transition-opacity group-hover:opacity-100 max-md:hidden"
              />
            )}
          </NavLink>
        );
        return (
          <li key={to}>
            {iconsOnly ? (
              <Tooltip label={t(label)} keys={keys} side="right">
                {link}
              </Tooltip>
            ) : (
              link
            )}
          </li>
        );
      })}
    </ul>
  );
}
