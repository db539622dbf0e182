import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FilterButton } from '@/components/ui/FilterButton';
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/Popover';
import { moveFocus } from '@/utils/moveFocus';

const LONG = 8;
const MAX_VALUE_CHARS = 200;

interface ValueFilterProps<T extends string> {
  label: string;
  /** What is offered; chosen values are listed even if they are not among it. */
  offered: readonly T[];
  values: readonly T[];
  nameOf: (value: T) => string;
  onChange: (values: T[]) => void;
  /** What to do with a typed value that is not offered; without it only what is offered can be chosen. */
  onAdd?: (typed: string) => void;
}

/** Any number of values of one field; none means any. */
export function ValueFilter<T extends string>(props: ValueFilterProps<T>) {
  return (
    <Popover>
      <PopoverTrigger asChild>
        <FilterButton label={props.label} chosen={props.values.length} />
      </PopoverTrigger>
      <PopoverContent aria-label={props.label}>
        <Choices {...props} />
      </PopoverContent>
    </Popover>
  );
}

function Choices<T extends string>({ label, offered, values, nameOf, onChange, onAdd }: ValueFilterProps<T>) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  // What was chosen when this opened stands on top, and stays there while boxes are ticked.
  const [first] = useState(values);
  const wanted = typed.trim().toLowerCase();
  const options = [...new Set([...first, ...values.filter((value) => !offered.includes(value)), ...offered])];
  const shown = options.filter((value) => nameOf(value).toLowerCase().includes(wanted));
  const isNew = onAdd && wanted && !options.some((value) => nameOf(value).toLowerCase() === wanted);

  const toggle = (value: T) =>
    onChange(values.includes(value) ? values.filter((item) => item !== value) : [...values, value]);

  function add() {
    const exact = shown.find((value) => nameOf(value).toLowerCase() === wanted);
    const only = exact ?? (isNew ? undefined : shown.length === 1 ? shown[0] : undefined);
    if (only !== undefined) toggle(only);
    else if (isNew) onAdd(typed.trim());
    else return;
    setTyped('');
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move between the fields inside
    <div onKeyDown={moveFocus} className="flex min-h-0 flex-col">
      {(onAdd || options.length > LONG) && (
        <form
          className="border-b p-1.5"
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <input
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            aria-label={t('search.filterFind', { filter: label })}
            placeholder={t(onAdd ? 'search.filterFindOrAdd' : 'search.filterFindShort')}
            maxLength={MAX_VALUE_CHARS}
            data-choice
            className="h-8 w-full rounded-md bg-transparent px-2 text-base outline-none max-md:h-10 max-md:text-[1rem]"
          />
        </form>
      )}
      <fieldset className="min-h-0 max-h-72 overflow-y-auto p-1">
        <legend className="sr-only">{label}</legend>
        {shown.map((value) => (
          <label
            key={value}
            className="flex min-h-8 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-base hover:bg-hover has-focus-visible:bg-hover max-md:min-h-10"
          >
            <input
              type="checkbox"
              checked={values.includes(value)}
              onChange={() => toggle(value)}
              data-choice
              className="size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0 truncate">{nameOf(value)}</span>
          </label>
        ))}
        {isNew && (
          <button
            type="button"
            onClick={add}
            data-choice
            className="flex min-h-8 w-full items-center gap-2.5 rounded-md px-2.5 text-left text-base hover:bg-hover focus-visible:bg-hover"
          >
            <Plus className="size-4 shrink-0 text-ink-3" aria-hidden />
            <span className="min-w-0 truncate">{t('search.filterAdd', { value: typed.trim() })}</span>
          </button>
        )}
        {shown.length === 0 && !isNew && (
          <p className="px-2.5 py-2 text-ink-3 text-sm">
            {t(onAdd && !wanted ? 'search.filterTypeFirst' : 'search.filterNone')}
          </p>
        )}
      </fieldset>
      {values.length > 0 && (
        <div className="border-t p-1">
          <button
            type="button"
            onClick={() => onChange([])}
            data-choice
            className="min-h-8 w-full rounded-md px-2.5 text-left text-base text-ink-2 hover:bg-hover focus-visible:bg-hover"
          >
            {t('common.clear')}
          </button>
        </div>
      )}
    </div>
  );
}
