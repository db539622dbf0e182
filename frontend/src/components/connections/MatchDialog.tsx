import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormDialog } from '@/components/FormDialog';
import { useMatchPerson } from '@/hooks/useConnectionAccess';
import { useErrorText } from '@/hooks/useErrorText';
import { useSourceName } from '@/hooks/useSourceName';
import type { Connection, Person, SourcePerson } from '@/services/types';
import { AccountPicker } from './AccountPicker';
import { calledAtSource } from './sourcePeople';

interface MatchDialogProps {
  connection: Connection;
  person: SourcePerson;
  onClose: () => void;
}

/** Somebody here is given what a person at the source may open. */
export function MatchDialog({ connection, person, onClose }: MatchDialogProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const source = useSourceName()(connection.type);
  const match = useMatchPerson(connection.id, person.id);
  const [chosen, setChosen] = useState<Person>();
  const [missing, setMissing] = useState(false);
  const name = calledAtSource(person);
  function submit() {
    if (!chosen) return setMissing(true);
    match.mutateAsync(chosen.id).then(
      () => {
        toast.success(t('connections.people.matchedToast', { name }));
        onClose();
      },
      () => undefined, // shown in the form
    );
  }
  return (
    <FormDialog
      wide
      title={t('connections.people.matchTitle', { name })}
      description={t('connections.people.matchText', { source })}
      action={t('connections.people.match')}
      busy={match.isPending}
      failure={missing ? t('connections.people.matchMissing') : match.isError ? textOf(match.error) : null}
      onSubmit={submit}
      onClose={onClose}
    >
      <AccountPicker
        label={t('connections.why.person')}
        value={chosen?.id}
        onChange={(one) => {
          setMissing(false);
          setChosen(one);
        }}
      />
    </FormDialog>
  );
}
