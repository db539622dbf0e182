import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { LISTS, NO_FILTERS, type SearchState } from '@/hooks/useSearchState';
import { formatDay } from '@/utils/day';
import { useFilterNames } from './useFilterNames';

interface FilterChipsProps {
  state: SearchState;
  onChange: (next: Partial<SearchState>) => void;
}

interface Chip {
  key: string;
  text: string;
  without: Partial<SearchState>;
}

/** What narrows the search, each to be taken away. */
export function FilterChips({ state, onChange }: FilterChipsProps) {
  const { t } = useTranslation();
  const nameOf = useFilterNames();
  const chips: Chip[] = LISTS.flatMap((name) =>
    state[name].map((value) => ({
      key: `${name}:${value}`,
      text: `${t(`search.filter.${name}`)}: ${nameOf(name, value)}`,
      without: { [name]: state[name].filter((item) => item !== value) },
    })),
  );
  if (state.path) {
    chips.push({
      key: 'path',
      text: `${t('folders.label')}: ${state.path}`,
      without: { path: undefined },
    });
  }
  if (state.period) {
    chips.push({ key: 'period', text: t(`search.dates.${state.period}`), without: { period: undefined } });
  } else {
    for (const end of ['after', 'before'] as const) {
      const day = state[end];
      if (!day) continue;
      const text = `${t(`search.dates.${end}`)} ${formatDay(day)}`;
      chips.push({ key: end, text, without: { [end]: undefined } });
    }
  }
  if (chips.length === 0) return null;
  return (
    <ul aria-label={t('search.active')} className="mt-2.5 flex flex-wrap items-center gap-1.5">
      {chips.map(({ key, text, without }) => (
        <li key={key} className="min-w-0 max-w-full">
          <button
            type="button"
            aria-label={t('search.remove', { filter: text })}
            onClick={() => onChange(without)}
            className="group inline-flex h-7 max-w-full items-center gap-1.5 rounded-md bg-hover pr-1.5 pl-2.5 text-ink-2 text-sm transition-colors hover:bg-active hover:text-ink max-md:h-9"
          >
            <span className="truncate">{text}</span>
            <X className="size-3.5 shrink-0 text-ink-3 group-hover:text-ink" aria-hidden />
          </button>
        </li>
      ))}
      <li>
        <Button
          variant="ghost"
          size="sm"
          className="!h-7 !px-2 max-md:!h-9"
          onClick={() => onChange(NO_FILTERS)}
        >
          {t('common.clearAll')}
        </Button>
      </li>
    </ul>
  );
}
