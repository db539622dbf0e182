import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { Notice } from '@/components/ui/Notice';
import { useConnectionActions } from '@/hooks/useConnectionActions';
import { useConnector } from '@/hooks/useConnectors';
import { useSourceName } from '@/hooks/useSourceName';
import type { Connection } from '@/services/types';
import { isUnallowed, type Need, needOf, saysNotice } from '@/utils/connectionState';
import { OptionsDialog } from './OptionsDialog';
import { QuarantineDialog } from './QuarantineDialog';
import { RenewDialog } from './RenewDialog';
import { useStatusText } from './useStatusText';

const TONES = { allow: 'warn', options: 'warn', decide: 'warn', resume: 'plain' } as const;

/** What keeps a connection from going on, with the one button that mends it; nothing while it goes on by itself. */
export function ConnectionNotice({ connection, className }: { connection: Connection; className?: string }) {
  const { t } = useTranslation();
  const textOf = useStatusText();
  const source = useSourceName()(connection.type);
  const connector = useConnector(connection.type);
  const { resume } = useConnectionActions(connection.id);
  const [open, setOpen] = useState<Need | null>(null);
  const close = () => setOpen(null);
  const need = needOf(connection);
  if (!saysNotice(connection)) return null;
  const action = need && t(`connections.mend.${isUnallowed(connection) ? 'allowFirst' : need}`);
  return (
    <Notice tone={need ? TONES[need] : 'plain'} role="status" className={className}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <p className="min-w-0 flex-1 basis-64 text-pretty break-words">{textOf(connection, source)}</p>
        {need && (
          <Button
            size="sm"
            className="max-md:h-10"
            variant={need === 'resume' ? 'secondary' : 'primary'}
            busy={resume.isPending}
            aria-label={t('connections.mendNamed', { action, name: connection.name })}
            onClick={() => (need === 'resume' ? resume.mutate() : setOpen(need))}
          >
            {action}
          </Button>
        )}
      </div>
      {open === 'allow' && <RenewDialog connection={connection} connector={connector} onClose={close} />}
      {open === 'options' && <OptionsDialog connection={connection} connector={connector} onClose={close} />}
      {open === 'decide' && <QuarantineDialog connection={connection} source={source} onClose={close} />}
    </Notice>
  );
}
