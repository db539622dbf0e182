import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { Kbd } from '@/components/ui/Kbd';
import { Tooltip } from '@/components/ui/Tooltip';
import { useUser } from '@/contexts/AuthContext';
import { type NamedPage, pagesFor } from '@/pages/registry';
import { cn } from '@/utils/cn';
import { formatNumber } from '@/utils/format';

interface NavLinksProps {
  iconsOnly?: boolean;
  onNavigate?: () => void;
}

/** The pages that the registry offers in the sidebar to whoever is signed in. */
export function NavLinks(props: NavLinksProps) {
  const { role } = useUser();
  return (
    <ul className="space-y-0.5">
      {pagesFor(role, 'sidebar').map((page) => (
        <li key={page.to}>
          <PageLink page={page} {...props} />
        </li>
      ))}
    </ul>
  );
}

const noBadge = () => null;

function PageLink({
  page: { to, label, icon: Icon, keys, useBadge = noBadge },
  iconsOnly,
  onNavigate,
}: NavLinksProps & { page: NamedPage }) {
  const { t } = useTranslation();
  const badge = useBadge();
  const told = badge && t(badge.label, { count: badge.count });
  const link = (
    <NavLink
      to={to}
      end={to === '/'}
      onClick={onNavigate}
      aria-label={iconsOnly ? [t(label), told].filter(Boolean).join(', ') : undefined}
      className={({ isActive }) =>
        cn(
          'group relative flex h-9 items-center gap-2.5 rounded-lg font-medium text-base transition-colors duration-100 max-md:h-11 [&_svg]:size-[1.0625rem]',
          iconsOnly ? 'justify-center' : 'px-2.5',
          isActive ? 'bg-active text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
        )
      }
    >
      <Icon strokeWidth={1.85} aria-hidden />
      {!iconsOnly && t(label)}
      {badge && iconsOnly && (
        <span className="absolute top-1.5 right-1.5 size-2 rounded-full bg-accent" aria-hidden />
      )}
      {badge && !iconsOnly && (
        <span title={told ?? undefined} className="ml-auto font-normal text-ink-3 text-xs tabular-nums">
          <span aria-hidden>{formatNumber(badge.count)}</span>
          <span className="sr-only">, {told}</span>
        </span>
      )}
      {!iconsOnly && keys && (
        <Kbd
          keys={keys}
          className="ml-auto opacity-0 transition-opacity group-hover:opacity-100 max-md:hidden"
        />
      )}
    </NavLink>
  );
  if (!iconsOnly) return link;
  return (
    <Tooltip label={t(label)} keys={keys} side="right">
      {link}
    </Tooltip>
  );
}
