import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { Input } from '@/components/ui/Input';
import type { GroupEntry } from '@/hooks/useGroupEntry';
import { useKnownGroups } from '@/hooks/usePeople';

interface GroupsFieldProps {
  label: string;
  hideLabel?: boolean;
  hint?: string;
  entry: GroupEntry;
  error?: string;
  busy?: boolean;
}

/** Names of groups as chips, with a field to add one. Those in use elsewhere are proposed. */
export function GroupsField({ label, hideLabel, hint, entry, error, busy }: GroupsFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const { groups, change, typed, type, misnamed, take, field } = entry;
  const known = useKnownGroups().filter((group) => !groups.includes(group));
  const shown = misnamed ? t('admin.groupShape') : error;

  return (
    <div>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'mb-1.5 block font-medium text-sm'}>
        {label}
      </label>
      {groups.length > 0 && (
        <ul className="mb-2 flex flex-wrap gap-1.5">
          {groups.map((group) => (
            <li
              key={group}
              className="inline-flex h-8 max-w-full items-center rounded-full bg-accent-soft pl-3 font-medium text-accent-text text-sm max-md:h-10"
            >
              <span className="truncate">{group}</span>
              <button
                type="button"
                disabled={busy}
                aria-label={t('admin.groupRemove', { group })}
                onClick={() => change(groups.filter((item) => item !== group))}
                className="grid h-full w-8 shrink-0 place-items-center rounded-full hover:bg-hover disabled:opacity-50 max-md:w-10"
              >
                <X className="size-3.5" aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex gap-2">
        <Input
          ref={field}
          id={id}
          list={`${id}-known`}
          value={typed}
          maxLength={64}
          placeholder={t('admin.groupAdd')}
          autoComplete="off"
          aria-invalid={shown ? true : undefined}
          aria-describedby={shown ? `${id}-error` : hint ? `${id}-hint` : undefined}
          onChange={(event) => type(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== ',') return;
            event.preventDefault();
            take();
          }}
        />
        <datalist id={`${id}-known`}>
          {known.map((group) => (
            <option key={group} value={group} />
          ))}
        </datalist>
        <Button className="h-10" busy={busy} onClick={take}>
          <Plus aria-hidden />
          {t('admin.groupAddButton')}
        </Button>
      </div>
      {shown ? (
        <p id={`${id}-error`} role="alert" className="mt-1.5 animate-rise text-danger text-sm">
          {shown}
        </p>
      ) : (
        hint && (
          <p id={`${id}-hint`} className="mt-1.5 text-ink-3 text-sm">
            {hint}
          </p>
        )
      )}
    </div>
  );
}
