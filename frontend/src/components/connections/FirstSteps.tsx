import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormError } from '@/components/FormError';
import { Button } from '@/components/ui/Button';
import { Notice } from '@/components/ui/Notice';
import { useConnectorForm } from '@/hooks/useConnectorForm';
import { useErrorText } from '@/hooks/useErrorText';
import { useConnectionCheck, useStartConnection } from '@/hooks/useFirstSteps';
import { useSourceName } from '@/hooks/useSourceName';
import { failureOf } from '@/services/queries';
import type { Connection, Connector } from '@/services/types';
import { sentOptions } from '@/utils/optionFields';
import { FindingList } from './Capabilities';
import { DisconnectDialog } from './DisconnectDialog';
import { OptionFields } from './OptionFields';
import { Step } from './Step';

/** What is left before anything is read: what the account can do, what to include, and the start. */
export function FirstSteps({ connection, connector }: { connection: Connection; connector: Connector }) {
  const { t } = useTranslation();
  const source = useSourceName()(connection.type);
  const form = useConnectorForm(connector.options, connection.options);
  const start = useStartConnection(connection.id);
  const [leaving, setLeaving] = useState(false);
  const fields = form.fields.filter(({ onlyWith }) => !onlyWith || onlyWith === connection.credential);

  function submit(event: FormEvent) {
    event.preventDefault();
    form.setFailure(null);
    start.mutateAsync(sentOptions(fields, form.values)).catch((error: unknown) => form.setFailure(error));
  }

  return (
    <form onSubmit={submit} noValidate className="mt-6 max-w-[46rem] space-y-5">
      <Notice
        role="status"
        tone="ok"
        title={t('connections.first.title')}
        text={t('connections.first.text')}
      />
      <Step title={t('connections.capabilities')} text={t('connections.first.checkText', { source })}>
        <Report id={connection.id} />
      </Step>
      {fields.length > 0 && (
        <Step title={t('connections.form.options')} text={t('connections.first.optionsText')}>
          <OptionFields
            fields={fields}
            values={form.values}
            onChange={form.change}
            errorOf={form.errorOf}
            connectionId={connection.id}
          />
        </Step>
      )}
      <FormError message={form.failure} />
      <footer className="flex flex-wrap items-center justify-end gap-2">
        <Button className="max-md:h-10" onClick={() => setLeaving(true)}>
          {t('connections.disconnect')}
        </Button>
        <Button type="submit" variant="primary" className="max-md:h-10" busy={start.isPending}>
          {t('connections.first.start')}
        </Button>
      </footer>
      {leaving && (
        <DisconnectDialog connection={connection} source={source} onClose={() => setLeaving(false)} />
      )}
    </form>
  );
}

function Report({ id }: { id: string }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const check = useConnectionCheck(id);
  const failure = failureOf(check);
  return (
    <div aria-live="polite" aria-busy={check.isFetching} className="space-y-3">
      {check.isFetching ? (
        <p className="text-base text-ink-3">{t('connections.first.checking')}</p>
      ) : failure ? (
        <p className="text-base text-danger">{textOf(failure)}</p>
      ) : check.data?.length ? (
        <FindingList findings={check.data} />
      ) : (
        <p className="text-base text-ink-2">{t('connections.first.works')}</p>
      )}
      <Button size="sm" className="max-md:h-10" busy={check.isFetching} onClick={() => void check.refetch()}>
        {t('connections.first.again')}
      </Button>
    </div>
  );
}
