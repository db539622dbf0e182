import { Ban, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { ConfirmAction } from '@/components/ConfirmAction';
import { FormError } from '@/components/FormError';
import { Button } from '@/components/ui/Button';
import { useErrorText } from '@/hooks/useErrorText';
import { useChangePerson } from '@/hooks/usePeople';
import type { Person } from '@/services/types';
import { DeletePerson } from './DeletePerson';
import { DrawerSection } from './DrawerSection';

interface PersonAccessProps {
  person: Person;
  self: boolean;
  onDeleted: () => void;
}

/** Keeping somebody out for a while, and for good. */
export function PersonAccess({ person, self, onDeleted }: PersonAccessProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const change = useChangePerson(person.id);
  const [asking, setAsking] = useState<'deactivate' | 'delete' | null>(null);
  const name = person.name || person.email;
  const reactivate = () =>
    change.mutateAsync({ disabled: false }).then(
      () => toast.success(t('admin.person.reactivated', { name })),
      () => undefined, // shown above the button
    );
  return (
    <DrawerSection title={t('admin.person.access')}>
      <p className="text-pretty text-base text-ink-3">
        {t(person.disabled ? 'admin.person.reactivateText' : 'admin.person.deactivateText')}
      </p>
      <FormError message={change.isError && person.disabled ? textOf(change.error) : null} />
      {person.disabled ? (
        <Button size="sm" className="mt-3 max-md:h-10" busy={change.isPending} onClick={reactivate}>
          <Undo2 aria-hidden />
          {t('admin.person.reactivate')}
        </Button>
      ) : (
        <Button size="sm" className="mt-3 max-md:h-10" onClick={() => setAsking('deactivate')}>
          <Ban aria-hidden />
          {t('admin.person.deactivate')}
        </Button>
      )}
      <p className="mt-5 text-pretty text-base text-ink-3">{t('admin.person.deleteText')}</p>
      <Button size="sm" className="mt-3 !text-danger max-md:h-10" onClick={() => setAsking('delete')}>
        <Trash2 aria-hidden />
        {t('admin.person.delete')}
      </Button>
      {asking === 'deactivate' && (
        <ConfirmAction
          title={t('admin.person.deactivateTitle', { name })}
          description={t(self ? 'admin.person.deactivateAskSelf' : 'admin.person.deactivateAsk')}
          action={t('admin.person.deactivate')}
          run={() =>
            change
              .mutateAsync({ disabled: true })
              .then(() => toast.success(t('admin.person.deactivated', { name })))
          }
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'delete' && (
        <DeletePerson person={person} self={self} onClose={() => setAsking(null)} onDeleted={onDeleted} />
      )}
    </DrawerSection>
  );
}
