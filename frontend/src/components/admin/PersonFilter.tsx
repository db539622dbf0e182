import { Command } from 'cmdk';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FilterButton } from '@/components/ui/FilterButton';
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/Popover';
import { useDebounced } from '@/hooks/useDebounced';
import { usePeople, usePerson } from '@/hooks/usePeople';
import { isGone } from '@/services/problem';

const TYPING_PAUSE_MS = 200;
const ITEM =
  'flex min-h-9 flex-col justify-center rounded-md px-2.5 py-1 text-base data-[selected=true]:bg-hover max-md:min-h-11';

interface PersonFilterProps {
  /** The id of an account; it may be gone by now. */
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}

/** One person among all accounts, found by name or address. */
export function PersonFilter({ value, onChange }: PersonFilterProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const chosen = usePerson(value);
  const shown = isGone(chosen.error)
    ? t('admin.audit.personGone')
    : (chosen.data?.name ?? chosen.data?.email ?? '…');
  const choose = (id: string | undefined) => {
    onChange(id);
    setOpen(false);
  };
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <FilterButton label={t('admin.audit.person')} chosen={value && shown} />
      </PopoverTrigger>
      <PopoverContent aria-label={t('admin.audit.person')} className="w-72">
        <Choices value={value} onChoose={choose} />
      </PopoverContent>
    </Popover>
  );
}

function Choices({ value, onChoose }: { value: string | undefined; onChoose: (id?: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const wanted = useDebounced(typed.trim(), TYPING_PAUSE_MS);
  const people = usePeople(wanted ? { q: wanted } : {});
  const items = people.data?.pages[0]?.items ?? [];
  const [marked, setMarked] = useState('');
  const [entered, setEntered] = useState(false);
  // While somebody types, and until the answer is there, the list still shows what fitted before.
  const settled = typed.trim() === wanted && !people.isPending && !people.isPlaceholderData;
  const first = settled ? items[0]?.id : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: who is first is marked anew for each search
  useEffect(() => {
    if (!settled) return;
    if (entered && first) onChoose(first);
    setEntered(false);
    setMarked(first ?? '');
  }, [settled, wanted, first]);
  return (
    <Command
      shouldFilter={false}
      value={marked}
      onValueChange={setMarked}
      label={t('admin.audit.personFind')}
      className="flex min-h-0 flex-col"
    >
      <Command.Input
        value={typed}
        onValueChange={(text) => {
          setTyped(text);
          setEntered(false);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || settled || event.nativeEvent.isComposing) return;
          event.preventDefault(); // else whoever is marked in the list before is chosen
          setEntered(true);
        }}
        placeholder={t('admin.people.searchPlaceholder')}
        className="h-10 w-full border-b bg-transparent px-3.5 text-base outline-none max-md:h-11 max-md:text-[1rem]"
      />
      <Command.List className="max-h-72 overflow-y-auto p-1">
        {!people.isPending && (
          <Command.Empty className="px-2.5 py-2 text-ink-3 text-sm">
            {t('admin.audit.personNone')}
          </Command.Empty>
        )}
        {value && !typed && (
          <Command.Item value="-" onSelect={() => onChoose()} className={ITEM}>
            {t('admin.audit.personAny')}
          </Command.Item>
        )}
        {items.map((person) => (
          <Command.Item
            key={person.id}
            value={person.id}
            onSelect={() => onChoose(person.id)}
            className={ITEM}
          >
            <span className="truncate">{person.name || person.email}</span>
            <span className="truncate text-ink-3 text-xs">{person.email}</span>
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
}
