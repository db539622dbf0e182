import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useQueryText } from '@/hooks/useQueryText';
import { cn } from '@/utils/cn';
import { Button } from './Button';
import { SearchInput } from './SearchInput';

interface FilterBarProps {
  /** The words that are searched for, where a list can be searched. */
  search?: { label: string; placeholder: string; value: string; onChange: (value: string) => void };
  /** Whether anything narrows the list. */
  any: boolean;
  onClear: () => void;
  className?: string;
  children: ReactNode;
}

/** What narrows a list, in a row above it, with the way back to all of it. */
export function FilterBar({ search, any, onClear, className, children }: FilterBarProps) {
  const { t } = useTranslation();
  return (
    <search className={cn('flex flex-wrap items-center gap-2 pb-2', className)}>
      {search && <Words {...search} />}
      {children}
      {any && (
        <Button variant="ghost" size="sm" onClick={onClear}>
          {t('common.clearAll')}
        </Button>
      )}
    </search>
  );
}

function Words({ label, placeholder, value, onChange }: NonNullable<FilterBarProps['search']>) {
  const { typed, setTyped } = useQueryText(value, onChange);
  return (
    <SearchInput
      label={label}
      placeholder={placeholder}
      value={typed}
      onChange={setTyped}
      className="h-9 w-full max-md:h-10 sm:w-64"
    />
  );
}
