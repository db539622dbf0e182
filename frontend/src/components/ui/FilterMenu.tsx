import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/utils/cn';
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuSeparator, MenuTrigger } from './Menu';

interface Option<T extends string> {
  value: T;
  label: string;
}

interface SharedProps<T extends string> {
  label: string;
  options: readonly Option<T>[];
}

function Trigger({ label, shown }: { label: string; shown: string | null }) {
  return (
    <MenuTrigger
      className={cn(
        'inline-flex h-8 shrink-0 items-center gap-1.5 rounded-full border px-3 text-sm font-medium transition-colors max-md:h-9',
        shown
          ? 'border-accent/40 bg-accent-soft text-accent-text'
          : 'border-line-strong text-ink-2 hover:bg-hover hover:text-ink data-[state=open]:bg-hover',
      )}
    >
      {label}
      {shown && <span className="max-w-36 truncate font-normal">{shown}</span>}
      <ChevronDown className="size-3.5 opacity-70" aria-hidden />
    </MenuTrigger>
  );
}

/** One of several values, or any. */
export function FilterMenu<T extends string>({
  label,
  options,
  value,
  onChange,
}: SharedProps<T> & { value: T | undefined; onChange: (value: T | undefined) => void }) {
  const { t } = useTranslation();
  const chosen = options.find((option) => option.value === value);
  return (
    <Menu>
      <Trigger label={label} shown={chosen?.label ?? null} />
      <MenuContent align="start">
        <MenuRadioGroup
          value={value ?? ''}
          onValueChange={(next) => onChange((next || undefined) as T | undefined)}
        >
          <MenuRadioItem value="">{t('library.any')}</MenuRadioItem>
          <MenuSeparator />
          {options.map((option) => (
            <MenuRadioItem key={option.value} value={option.value}>
              {option.label}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  );
}
