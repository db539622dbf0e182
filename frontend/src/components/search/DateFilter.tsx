import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { FilterButton } from '@/components/ui/FilterButton';
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/Popover';
import { PERIODS, type SearchState } from '@/hooks/useSearchState';

type Dates = Pick<SearchState, 'period' | 'after' | 'before'>;

/** When a document was last changed: lately, or between two days. */
export function DateFilter({ value, onChange }: { value: Dates; onChange: (next: Dates) => void }) {
  const { t } = useTranslation();
  const name = useId();
  const count = value.period ? 1 : Number(Boolean(value.after)) + Number(Boolean(value.before));
  return (
    <Popover>
      <PopoverTrigger asChild>
        <FilterButton label={t('search.date')} chosen={count} />
      </PopoverTrigger>
      <PopoverContent aria-label={t('search.date')}>
        <fieldset className="p-1">
          <legend className="sr-only">{t('search.date')}</legend>
          {([undefined, ...PERIODS] as const).map((period) => (
            <label
              key={period ?? 'any'}
              className="flex min-h-8 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-base hover:bg-hover has-focus-visible:bg-hover max-md:min-h-10"
            >
              <input
                type="radio"
                name={name}
                checked={period ? value.period === period : count === 0}
                onChange={() => onChange({ period, after: undefined, before: undefined })}
                className="size-4 shrink-0 accent-accent"
              />
              {t(`search.dates.${period ?? 'any'}`)}
            </label>
          ))}
        </fieldset>
        <div className="grid gap-2 border-t p-3">
          {(['after', 'before'] as const).map((end) => (
            <label key={end} className="flex items-center justify-between gap-3 text-base text-ink-2">
              {t(`search.dates.${end}`)}
              <input
                type="date"
                value={value[end] ?? ''}
                min={end === 'before' ? value.after : undefined}
                max={end === 'after' ? value.before : undefined}
                onChange={(event) =>
                  onChange({ ...value, period: undefined, [end]: event.target.value || undefined })
                }
                className="h-8 w-36 rounded-md border border-line-strong bg-surface px-2 text-ink text-sm max-md:h-10"
              />
            </label>
          ))}
        </div>
      </PopoverContent>
    </Popover>
  );
}
