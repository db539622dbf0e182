import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { FilterMenu, MultiFilterMenu } from '@/components/ui/FilterMenu';
import { PERIODS, type SearchState } from '@/hooks/useSearchState';
import { useSourceName } from '@/hooks/useSourceName';
import { KINDS } from '@/services/types';
import { SOURCES } from '@/utils/sources';
import { AuthorFilter } from './AuthorFilter';

const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'pl', 'tr', 'ru', 'ar', 'zh', 'ja', 'ko'];
const PERIOD_LABELS = {
  week: 'search.dateWeek',
  month: 'search.dateMonth',
  year: 'search.dateYear',
} as const;

interface SearchFilterBarProps {
  state: SearchState;
  onChange: (next: Partial<SearchState>) => void;
  onClear: (() => void) | null;
}

export function SearchFilterBar({ state, onChange, onClear }: SearchFilterBarProps) {
  const { t, i18n } = useTranslation();
  const nameOf = useSourceName();
  const languageName = new Intl.DisplayNames([i18n.language], { type: 'language' });
  const date = (name: 'after' | 'before') => (
    <label className="flex items-center gap-1.5 text-ink-2 text-sm">
      {t(`search.${name}`)}
      <input
        type="date"
        value={state[name] ?? ''}
        onChange={(event) => onChange({ [name]: event.target.value || undefined, period: undefined })}
        className="h-8 rounded-full border border-line-strong bg-surface px-3 text-ink text-sm max-md:h-9"
      />
    </label>
  );
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2">
      <MultiFilterMenu
        label={t('search.kind')}
        values={state.kind}
        onChange={(kind) => onChange({ kind })}
        options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
      />
      <MultiFilterMenu
        label={t('search.source')}
        values={state.source}
        onChange={(source) => onChange({ source })}
        options={SOURCES.map((value) => ({ value, label: nameOf(value) }))}
      />
      <AuthorFilter values={state.author} onChange={(author) => onChange({ author })} />
      <MultiFilterMenu
        label={t('search.language')}
        values={state.language}
        onChange={(language) => onChange({ language })}
        options={LANGUAGES.map((value) => ({ value, label: languageName.of(value) ?? value }))}
      />
      <FilterMenu
        label={t('search.date')}
        value={state.period}
        onChange={(period) => onChange({ period, after: undefined, before: undefined })}
        options={PERIODS.map((value) => ({ value, label: t(PERIOD_LABELS[value]) }))}
      />
      {date('after')}
      {date('before')}
      {onClear && (
        <Button variant="ghost" size="sm" onClick={onClear}>
          {t('common.clearAll')}
        </Button>
      )}
    </div>
  );
}
