import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Chip } from '@/components/ui/Chip';
import { Loaded } from '@/components/ui/Loaded';
import { SearchInput } from '@/components/ui/SearchInput';
import { ShowMore } from '@/components/ui/ShowMore';
import { useUser } from '@/contexts/AuthContext';
import { useDebounced } from '@/hooks/useDebounced';
import { usePeople } from '@/hooks/usePeople';
import type { Person } from '@/services/types';

const TYPING_PAUSE_MS = 200;

interface AccountPickerProps {
  label: string;
  value: string | undefined;
  onChange: (person: Person) => void;
}

/** One of the active accounts here, found by name or address. For administrators. */
export function AccountPicker({ label, value, onChange }: AccountPickerProps) {
  const { t } = useTranslation();
  const me = useUser();
  const name = useId();
  const [typed, setTyped] = useState('');
  const q = useDebounced(typed.trim(), TYPING_PAUSE_MS);
  const people = usePeople(q ? { status: 'active', q } : { status: 'active' });
  return (
    <div className="space-y-2.5">
      <SearchInput
        label={t('connections.why.find')}
        placeholder={t('connections.why.find')}
        value={typed}
        onChange={setTyped}
        className="h-10"
      />
      <Loaded query={people} errorTitle={t('connections.why.peopleErrorTitle')}>
        {({ pages }) => {
          const found = pages.flatMap((page) => page.items);
          if (found.length === 0) {
            return <p className="text-ink-3 text-sm">{t('connections.why.none')}</p>;
          }
          return (
            <fieldset>
              <legend className="sr-only">{label}</legend>
              <div className="max-h-60 divide-y overflow-y-auto rounded-xl border">
                {found.map((person) => (
                  <label
                    key={person.id}
                    className="flex min-h-11 cursor-pointer items-center gap-3 px-3.5 py-2 text-base hover:bg-hover has-focus-visible:bg-hover"
                  >
                    <input
                      type="radio"
                      name={name}
                      checked={value === person.id}
                      onChange={() => onChange(person)}
                      className="size-4 shrink-0 accent-accent"
                    />
                    <span className="min-w-0 flex-1">
                      <span className="block truncate">{person.name || person.email}</span>
                      <span className="block truncate text-ink-3 text-sm">{person.email}</span>
                    </span>
                    {person.id === me.id && <Chip className="shrink-0">{t('connections.you')}</Chip>}
                  </label>
                ))}
              </div>
              <ShowMore list={people} errorTitle={t('connections.why.peopleErrorTitle')} />
            </fieldset>
          );
        }}
      </Loaded>
    </div>
  );
}
