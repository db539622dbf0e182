import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormDialog } from '@/components/FormDialog';
import { Chip } from '@/components/ui/Chip';
import { Loaded } from '@/components/ui/Loaded';
import { ShowMore } from '@/components/ui/ShowMore';
import { useUser } from '@/contexts/AuthContext';
import { useHandOver } from '@/hooks/useConnections';
import { useErrorText } from '@/hooks/useErrorText';
import { usePeople } from '@/hooks/usePeople';
import type { Connection } from '@/services/types';

/** Another administrator answers for a connection of the workspace from now on. */
export function HandOverDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const me = useUser();
  const name = useId();
  const administrators = usePeople({ role: 'admin', status: 'active' });
  const [chosen, setChosen] = useState('');
  const [missing, setMissing] = useState(false);
  const handOver = useHandOver(connection.id);
  function submit() {
    if (!chosen) return setMissing(true);
    handOver.mutateAsync(chosen).then(
      () => {
        toast.success(t('connections.handedOver'));
        onClose();
      },
      () => undefined, // shown in the form
    );
  }
  return (
    <FormDialog
      title={t('connections.handOverTitle')}
      description={t('connections.handOverText')}
      action={t('connections.handOver')}
      busy={handOver.isPending}
      failure={missing ? t('connections.handOverMissing') : handOver.isError ? textOf(handOver.error) : null}
      onSubmit={submit}
      onClose={onClose}
    >
      <Loaded query={administrators} errorTitle={t('connections.administratorsErrorTitle')}>
        {({ pages }) => (
          <fieldset>
            <legend className="sr-only">{t('connections.administrator')}</legend>
            <div className="divide-y rounded-xl border">
              {pages
                .flatMap((page) => page.items)
                .map((person) => (
                  <label
                    key={person.id}
                    className="flex min-h-11 cursor-pointer items-center gap-3 px-3.5 py-2 text-base hover:bg-hover has-focus-visible:bg-hover"
                  >
                    <input
                      type="radio"
                      name={name}
                      checked={chosen === person.id}
                      onChange={() => {
                        setMissing(false);
                        setChosen(person.id);
                      }}
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
            <ShowMore list={administrators} errorTitle={t('connections.administratorsErrorTitle')} />
          </fieldset>
        )}
      </Loaded>
    </FormDialog>
  );
}
