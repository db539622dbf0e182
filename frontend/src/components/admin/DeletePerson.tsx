import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { useErrorText } from '@/hooks/useErrorText';
import { useDeletePerson } from '@/hooks/usePeople';
import type { Person } from '@/services/types';

interface DeletePersonProps {
  person: Person;
  self: boolean;
  onClose: () => void;
  onDeleted: () => void;
}

const GOES = ['documents', 'conversations', 'keys'] as const;

/** Says what goes with the account, and takes its address, typed, for a yes. */
export function DeletePerson({ person, self, onClose, onDeleted }: DeletePersonProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const remove = useDeletePerson(person.id);
  const [typed, setTyped] = useState('');
  const [mismatch, setMismatch] = useState(false);
  const { email } = person;

  function confirm(event: FormEvent) {
    event.preventDefault();
    if (typed.trim().toLowerCase() !== email.toLowerCase()) return setMismatch(true);
    remove.mutateAsync().then(
      () => {
        toast.success(t('admin.person.deleted', { email }));
        onDeleted();
      },
      () => undefined, // shown in the form
    );
  }

  return (
    <Dialog open onOpenChange={onClose} title={t('admin.person.deleteTitle', { name: person.name || email })}>
      <form onSubmit={confirm} noValidate className="flex min-h-0 flex-col">
        <div className="space-y-3 overflow-y-auto px-5 pt-1 text-base">
          <p>{t('admin.person.deleteLead')}</p>
          <ul className="list-disc space-y-1 pl-5 text-ink-2">
            {GOES.map((item) => (
              <li key={item}>{t(`admin.person.deleteGoes.${item}`)}</li>
            ))}
          </ul>
          <p className="text-pretty text-ink-2">
            {t(self ? 'admin.person.deleteSelf' : 'admin.person.deleteStays')}
          </p>
          <FormField
            label={t('admin.person.deleteType', { email })}
            type="email"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            error={mismatch ? t('admin.person.deleteMismatch') : undefined}
            onChange={(event) => {
              setMismatch(false);
              setTyped(event.target.value);
            }}
          />
          <FormError message={remove.isError ? textOf(remove.error) : null} />
        </div>
        <footer className="flex justify-end gap-2 p-5 pt-4">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant="danger" busy={remove.isPending}>
            {t('admin.person.delete')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
