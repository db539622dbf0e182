import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { ConfirmDialog } from '@/components/ui/Dialog';
import { useUnmatchPerson } from '@/hooks/useConnectionAccess';
import { useErrorText } from '@/hooks/useErrorText';
import { useSourceName } from '@/hooks/useSourceName';
import type { Connection, SourcePerson } from '@/services/types';
import { calledAtSource } from './sourcePeople';

interface UnmatchDialogProps {
  connection: Connection;
  person: SourcePerson;
  onClose: () => void;
}

/** Takes back what an administrator matched by hand. */
export function UnmatchDialog({ connection, person, onClose }: UnmatchDialogProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const source = useSourceName()(connection.type);
  const unmatch = useUnmatchPerson(connection.id, person.id);
  const name = calledAtSource(person);
  const confirm = () =>
    unmatch.mutateAsync().then(
      () => {
        toast.success(t('connections.people.unmatchedToast', { name }));
        onClose();
      },
      (error: unknown) => void toast.error(textOf(error)),
    );
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('connections.people.unmatchTitle', { name })}
      description={t('connections.people.unmatchText', {
        account: person.chosen?.name || person.chosen?.email,
        source,
      })}
      action={t('connections.people.unmatch')}
      busy={unmatch.isPending}
      onConfirm={confirm}
    />
  );
}
