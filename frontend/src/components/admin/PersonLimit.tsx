import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { useErrorText } from '@/hooks/useErrorText';
import { useChangePerson } from '@/hooks/usePeople';
import { useWorkspace } from '@/hooks/useWorkspace';
import type { Person } from '@/services/types';
import { formatNumber } from '@/utils/format';
import { DrawerSection } from './DrawerSection';

const KINDS = ['general', 'own', 'none'] as const;
type LimitKind = (typeof KINDS)[number];

const kindOf = (limit: number | null): LimitKind =>
  limit === null ? 'general' : limit === 0 ? 'none' : 'own';

/** What the server takes: -1 goes back to the general limit, 0 is none. */
const SENT = { general: -1, none: 0 } as const;

export function PersonLimit({ person }: { person: Person }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const name = useId();
  const workspace = useWorkspace();
  const change = useChangePerson(person.id);
  const now = person.requests_per_minute;
  const [kind, setKind] = useState(kindOf(now));
  const [typed, setTyped] = useState(now ? String(now) : '');
  const [wrong, setWrong] = useState(false);
  const changed = kind !== kindOf(now) || (kind === 'own' && typed.trim() !== String(now));

  function save(event: FormEvent) {
    event.preventDefault();
    if (kind === 'own' && !/^[1-9]\d{0,8}$/.test(typed.trim())) return setWrong(true);
    const limit = kind === 'own' ? Number(typed) : SENT[kind];
    // The section is drawn anew with the limit that the server answers, so the notice cannot be a callback of `mutate`.
    change.mutateAsync({ requests_per_minute: limit }).then(
      () => toast.success(t('admin.person.limitSaved')),
      () => undefined, // shown above the button
    );
  }

  const general = workspace.data?.requests_per_minute;
  const generalText =
    general === undefined
      ? ''
      : general === 0
        ? t('admin.person.limitGeneralNone')
        : t('admin.person.limitGeneral', { number: formatNumber(general) });
  return (
    <DrawerSection title={t('admin.person.limit')} text={t('admin.person.limitText')}>
      <form onSubmit={save} noValidate className="space-y-3">
        <fieldset>
          <legend className="sr-only">{t('admin.person.limit')}</legend>
          {KINDS.map((item) => (
            <label
              key={item}
              className="flex min-h-9 cursor-pointer items-center gap-2.5 text-base max-md:min-h-11"
            >
              <input
                type="radio"
                name={name}
                checked={kind === item}
                onChange={() => setKind(item)}
                className="size-4 shrink-0 accent-accent"
              />
              {t(`admin.person.limits.${item}`)}
              {item === 'general' && <span className="text-ink-3 text-sm">{generalText}</span>}
            </label>
          ))}
        </fieldset>
        {kind === 'own' && (
          <FormField
            label={t('admin.person.limitNumber')}
            inputMode="numeric"
            maxLength={9}
            value={typed}
            error={wrong ? t('admin.person.limitWrong') : undefined}
            onChange={(event) => {
              setWrong(false);
              setTyped(event.target.value);
            }}
          />
        )}
        <FormError message={change.isError ? textOf(change.error) : null} />
        {changed && (
          <Button type="submit" size="sm" busy={change.isPending} className="max-md:h-10">
            {t('admin.person.limitSave')}
          </Button>
        )}
      </form>
    </DrawerSection>
  );
}
