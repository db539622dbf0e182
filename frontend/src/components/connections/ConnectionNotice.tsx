import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button, buttonStyles } from '@/components/ui/Button';
import { Notice } from '@/components/ui/Notice';
import { useConnectionActions } from '@/hooks/useConnectionActions';
import { useConnector } from '@/hooks/useConnectors';
import { useSourceName } from '@/hooks/useSourceName';
import type { Connection } from '@/services/types';
import { isUnallowed, type Need, needOf, saysNotice } from '@/utils/connectionState';
import { connectionPath } from '@/utils/paths';
import { DisconnectDialog } from './DisconnectDialog';
import { OptionsDialog } from './OptionsDialog';
import { QuarantineDialog } from './QuarantineDialog';
import { RenewDialog } from './RenewDialog';
import { useStatusText } from './useStatusText';

const TONES = {
  allow: 'warn',
  start: 'warn',
  options: 'warn',
  decide: 'warn',
  look: 'warn',
  disconnect: 'warn',
  resume: 'plain',
} as const;

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
  const named = t('connections.mendNamed', { action, name: connection.name });
  const page = need && pageOf(need, connection.id);
  return (
    <Notice tone={need ? TONES[need] : 'plain'} role="status" className={className}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <p className="min-w-0 flex-1 basis-64 text-pretty break-words">{textOf(connection, source)}</p>
        {page && (
          <Link
            to={page}
            aria-label={named}
            className={buttonStyles({ size: 'sm', variant: 'primary', className: 'max-md:h-10' })}
          >
            {action}
          </Link>
        )}
        {need && !page && (
          <Button
            size="sm"
            className="max-md:h-10"
            variant={need === 'resume' ? 'secondary' : 'primary'}
            busy={resume.isPending}
            aria-label={named}
            onClick={() => (need === 'resume' ? resume.mutate() : setOpen(need))}
          >
            {action}
          </Button>
        )}
      </div>
      {open === 'allow' && <RenewDialog connection={connection} connector={connector} onClose={close} />}
      {open === 'options' && <OptionsDialog connection={connection} connector={connector} onClose={close} />}
      {open === 'decide' && <QuarantineDialog connection={connection} source={source} onClose={close} />}
      {open === 'disconnect' && <DisconnectDialog connection={connection} source={source} onClose={close} />}
    </Notice>
  );
}

/** Where it is mended, if not here. */
function pageOf(need: Need, id: string): string | null {
  if (need === 'start') return connectionPath(id);
  return need === 'look' ? `${connectionPath(id, 'items')}?status=failed` : null;
}
