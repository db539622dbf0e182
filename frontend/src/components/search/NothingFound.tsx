import { SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button, buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { useLibraryState } from '@/hooks/useLibraryState';

/** Says why there may be nothing, and what to do about it. */
export function NothingFound({ query, onClear }: { query: string; onClear: (() => void) | null }) {
  const { t } = useTranslation();
  const library = useLibraryState().data;
  const empty = library?.total === 0;
  const text = onClear
    ? t('search.emptyFiltered', { query })
    : empty
      ? t('search.libraryEmptyText')
      : library?.unfinished
        ? t('search.emptyUnfinished', { count: library.unfinished })
        : t('search.emptyText', { query });
  return (
    <EmptyState icon={SearchX} title={t('search.emptyTitle')} text={text}>
      {onClear && (
        <Button variant="primary" onClick={onClear}>
          {t('search.withoutFilters')}
        </Button>
      )}
      <Link to="/library" className={buttonStyles()}>
        {t('search.toLibrary')}
      </Link>
    </EmptyState>
  );
}
