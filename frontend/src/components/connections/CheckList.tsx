import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Input } from '@/components/ui/Input';

const LONG = 8;

interface CheckListProps {
  label: string;
  hint?: string;
  error?: string;
  choices: readonly { value: string; label: string }[];
  values: readonly string[];
  onChange: (values: string[]) => void;
}

/** Any number of a list, ticked; a long list can be searched. */
export function CheckList({ label, hint, error, choices, values, onChange }: CheckListProps) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState('');
  const wanted = typed.trim().toLowerCase();
  const known = new Set(choices.map(({ value }) => value));
  const all = [
    ...values.filter((value) => !known.has(value)).map((value) => ({ value, label: value })),
    ...choices,
  ];
  const shown = all.filter((choice) => choice.label.toLowerCase().includes(wanted));
  const noted = error ?? hint;
  return (
    <fieldset aria-describedby={noted ? `${id}-note` : undefined}>
      <legend className="mb-1.5 font-medium text-sm">
        {label}
        {values.length > 0 && (
          <span className="ml-2 font-normal text-ink-3">
            {t('connections.chosen', { count: values.length })}
          </span>
        )}
      </legend>
      {all.length > LONG && (
        <Input
          type="search"
          aria-label={t('connections.findIn', { label })}
          placeholder={t('connections.find')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className="mb-2"
        />
      )}
      <div className="max-h-60 overflow-y-auto rounded-xl border p-1">
        {shown.map((choice) => (
          <label
            key={choice.value}
            className="flex min-h-8 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-base hover:bg-hover has-focus-visible:bg-hover max-md:min-h-10"
          >
            <input
              type="checkbox"
              checked={values.includes(choice.value)}
              onChange={() =>
                onChange(
                  values.includes(choice.value)
                    ? values.filter((value) => value !== choice.value)
                    : [...values, choice.value],
                )
              }
              className="size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0 truncate">{choice.label}</span>
          </label>
        ))}
        {shown.length === 0 && <p className="px-2.5 py-2 text-ink-3 text-sm">{t('connections.findNone')}</p>}
      </div>
      {noted && (
        <p
          id={`${id}-note`}
          className={error ? 'mt-1.5 text-danger text-sm' : 'mt-1.5 text-pretty text-ink-3 text-sm'}
        >
          {noted}
        </p>
      )}
    </fieldset>
  );
}
