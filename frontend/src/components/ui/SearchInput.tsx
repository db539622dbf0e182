import { Search, X } from 'lucide-react';
import { type ComponentProps, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useHotkey } from '@/hooks/useHotkey';
import { cn } from '@/utils/cn';
import { Input } from './Input';

interface SearchInputProps extends Omit<ComponentProps<'input'>, 'onChange' | 'value'> {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** A search field that "/" focuses and that can be emptied. */
export function SearchInput({ label, value, onChange, className, ...rest }: SearchInputProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  useHotkey('/', () => {
    field.current?.focus();
    field.current?.select();
  });
  return (
    <div className={cn('relative', className)}>
      <Search
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-3 size-4 text-ink-3"
        aria-hidden
      />
      <Input
        {...rest}
        ref={field}
        type="search"
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="!pr-9 !pl-9 h-full [&::-webkit-search-cancel-button]:hidden"
      />
      {value && (
        <button
          type="button"
          aria-label={t('common.clear')}
          onClick={() => {
            onChange('');
            field.current?.focus();
          }}
          className="absolute inset-y-0 right-0 grid w-9 place-items-center rounded-r-lg text-ink-3 hover:text-ink"
        >
          <X className="size-4" aria-hidden />
        </button>
      )}
    </div>
  );
}
