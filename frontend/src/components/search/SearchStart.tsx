import { ArrowDownUp, History, LibraryBig, Quote, SlidersHorizontal, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button, buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { useUser } from '@/contexts/AuthContext';
import { useLibraryState } from '@/hooks/useLibraryState';
import { cn } from '@/utils/cn';
import { forgetSearches, recentSearches } from '@/utils/recentSearches';

const TIPS = [
  { id: 'meaning', icon: Quote },
  { id: 'narrow', icon: SlidersHorizontal },
  { id: 'keys', icon: ArrowDownUp },
] as const;

/** Before anything was searched for: what was searched lately, and what searching can do. */
export function SearchStart() {
  const { t } = useTranslation();
  const library = useLibraryState();
  if (library.data?.total === 0) {
    return (
      <EmptyState icon={LibraryBig} title={t('search.libraryEmptyTitle')} text={t('search.libraryEmptyText')}>
        <Link to="/library" className={buttonStyles({ variant: 'primary' })}>
          {t('search.toLibrary')}
        </Link>
      </EmptyState>
    );
  }
  return (
    <div className="animate-rise space-y-8">
      <Recent />
      <section>
        <h2 className="font-medium text-ink-3 text-sm">{t('search.introTitle')}</h2>
        <ul className="mt-3 grid gap-3 sm:grid-cols-3">
          {TIPS.map(({ id, icon: Icon }) => (
            <li
              key={id}
              className={cn('rounded-xl border bg-surface p-4 shadow-sm', id === 'keys' && 'max-md:hidden')}
            >
              <Icon className="size-4 text-ink-3" strokeWidth={1.75} aria-hidden />
              <h3 className="mt-2.5 font-semibold text-base">{t(`search.tips.${id}`)}</h3>
              <p className="mt-0.5 text-pretty text-ink-2 text-sm">{t(`search.tipsText.${id}`)}</p>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Recent() {
  const { t } = useTranslation();
  const { id } = useUser();
  const [recent, setRecent] = useState(() => recentSearches(id));
  if (recent.length === 0) return null;
  return (
    <section>
      <div className="flex items-center justify-between">
        <h2 className="font-medium text-ink-3 text-sm">{t('search.recent')}</h2>
        <Button
          variant="ghost"
          size="sm"
          onClick={() => {
            forgetSearches();
            setRecent([]);
          }}
        >
          <X aria-hidden />
          {t('search.forget')}
        </Button>
      </div>
      <ul className="mt-1">
        {recent.map((query) => (
          <li key={query}>
            <Link
              to={`/search?q=${encodeURIComponent(query)}`}
              data-result={query}
              className="-mx-3 flex min-h-9 items-center gap-2.5 rounded-lg px-3 text-base transition-colors hover:bg-hover"
            >
              <History className="size-4 shrink-0 text-ink-3" strokeWidth={1.75} aria-hidden />
              <span className="truncate">{query}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
