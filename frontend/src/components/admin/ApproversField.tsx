import { X } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame } from '@/components/FieldFrame';
import { Input } from '@/components/ui/Input';
import { useDebounced } from '@/hooks/useDebounced';
import { useListbox } from '@/hooks/useListbox';
import { usePeople } from '@/hooks/usePeople';
import { failureOf } from '@/services/queries';
import type { Person } from '@/services/types';
import { cn } from '@/utils/cn';

export interface Approver {
  id: string;
  name: string;
}

interface ApproversFieldProps {
  value: readonly Approver[];
  onChange: (value: Approver[]) => void;
  error?: string;
}

const TYPING_PAUSE_MS = 200;
const OFFERED = 6;

/** The people of whom somebody has to approve, found by name or address. */
export function ApproversField({ value, onChange, error }: ApproversFieldProps) {
  const { t } = useTranslation();
  const list = useId();
  const [typed, setTyped] = useState('');
  const q = useDebounced(typed.trim(), TYPING_PAUSE_MS);
  const people = usePeople(q ? { status: 'active', q } : { status: 'active' });
  const words = typed.trim().toLowerCase();
  const found =
    words === ''
      ? []
      : (people.data?.pages.flatMap((page) => page.items) ?? [])
          .filter(({ id }) => value.every((one) => one.id !== id))
          .filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(words))
          .slice(0, OFFERED);
  const { active, point, onKeyDown } = useListbox(found, choose, () => setTyped(''));

  function choose({ id, name, email }: Person) {
    onChange([...value, { id, name: name || email }]);
    setTyped('');
  }

  const shown = found.length > 0;
  const nobody = words !== '' && q === typed.trim() && people.data && !people.isFetching && !shown;
  return (
    <div>
      <FieldFrame
        label={t('admin.policy.approvers')}
        hint={nobody ? t('admin.policy.approversNone') : t('admin.policy.approversHint')}
        error={failureOf(people) ? t('admin.policy.approversFailed') : error}
      >
        {(given) => (
          <Input
            {...given}
            role="combobox"
            aria-expanded={shown}
            aria-controls={shown ? list : undefined}
            aria-activedescendant={shown ? `${list}-${active}` : undefined}
            aria-autocomplete="list"
            autoComplete="off"
            value={typed}
            onChange={({ target }) => {
              point(0);
              setTyped(target.value);
            }}
            onKeyDown={(event) => {
              if (typed) onKeyDown(event);
            }}
          />
        )}
      </FieldFrame>
      {shown && (
        <div
          id={list}
          role="listbox"
          aria-label={t('admin.policy.approvers')}
          className="mt-1 rounded-xl border bg-surface p-1 shadow-sm"
        >
          {found.map((person, index) => (
            <div
              key={person.id}
              id={`${list}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => choose(person)}
              onKeyDown={undefined}
              className={cn(
                'min-h-9 cursor-default rounded-md px-2.5 py-1.5 text-base max-md:min-h-11',
                index === active && 'bg-hover',
              )}
            >
              <span className="block truncate">{person.name || person.email}</span>
              <span className="block truncate text-ink-3 text-xs">{person.email}</span>
            </div>
          ))}
        </div>
      )}
      {value.length > 0 && (
        <ul aria-label={t('admin.policy.approversChosen')} className="mt-2 flex flex-wrap gap-1.5">
          {value.map((one) => (
            <li
              key={one.id}
              className="flex min-w-0 items-center gap-1 rounded-full bg-hover py-0.5 pr-0.5 pl-2.5 text-sm"
            >
              <bdi className="truncate">{one.name}</bdi>
              <button
                type="button"
                aria-label={t('admin.policy.removeApprover', { name: one.name })}
                onClick={() => onChange(value.filter(({ id }) => id !== one.id))}
                className="grid size-6 shrink-0 place-items-center rounded-full hover:bg-active"
              >
                <X className="size-3.5" aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
