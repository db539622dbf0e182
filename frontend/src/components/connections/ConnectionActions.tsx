import {
  ArrowRightLeft,
  CirclePause,
  CirclePlay,
  Download,
  Ellipsis,
  KeyRound,
  ListRestart,
  Pencil,
  RefreshCw,
  SlidersHorizontal,
  Unplug,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '@/components/ui/Menu';
import { useConnectionActions } from '@/hooks/useConnectionActions';
import { useConnector } from '@/hooks/useConnectors';
import { useDiagnostics } from '@/hooks/useDiagnostics';
import { useSourceName } from '@/hooks/useSourceName';
import type { Connection } from '@/services/types';
import { hasBegun, isBusy } from '@/utils/connectionState';
import { optionFields } from '@/utils/optionFields';
import { DisconnectDialog } from './DisconnectDialog';
import { HandOverDialog } from './HandOverDialog';
import { OptionsDialog } from './OptionsDialog';
import { RenameDialog } from './RenameDialog';
import { RenewDialog } from './RenewDialog';

type Asking = 'rename' | 'options' | 'renew' | 'handOver' | 'disconnect';

/** Everything that can be done with a connection. */
export function ConnectionActions({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const source = useSourceName()(connection.type);
  const connector = useConnector(connection.type);
  const { sync, pause, resume, retry } = useConnectionActions(connection.id);
  const diagnostics = useDiagnostics(connection);
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const paused = connection.status === 'paused';
  const begun = hasBegun(connection);
  const busy = isBusy(connection);
  return (
    <div className="flex flex-wrap items-center gap-2">
      {!paused && begun && (
        <Button className="max-md:h-10" busy={sync.isPending} disabled={busy} onClick={() => sync.mutate()}>
          <RefreshCw aria-hidden />
          {t('connections.syncNow')}
        </Button>
      )}
      {begun &&
        (paused ? (
          <Button className="max-md:h-10" busy={resume.isPending} onClick={() => resume.mutate()}>
            <CirclePlay aria-hidden />
            {t('connections.mend.resume')}
          </Button>
        ) : (
          <Button className="max-md:h-10" busy={pause.isPending} onClick={() => pause.mutate()}>
            <CirclePause aria-hidden />
            {t('connections.pause')}
          </Button>
        ))}
      <Menu>
        <MenuTrigger asChild>
          <Button
            variant="ghost"
            size="icon"
            aria-label={t('connections.actions', { name: connection.name })}
          >
            <Ellipsis aria-hidden />
          </Button>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem onSelect={() => setAsking('rename')}>
            <Pencil aria-hidden />
            {t('connections.rename')}
          </MenuItem>
          {connector && begun && optionFields(connector.options).length > 0 && (
            <MenuItem onSelect={() => setAsking('options')}>
              <SlidersHorizontal aria-hidden />
              {t('connections.mend.options')}
            </MenuItem>
          )}
          {connector?.configured && (
            <MenuItem onSelect={() => setAsking('renew')}>
              <KeyRound aria-hidden />
              {t('connections.mend.allow')}
            </MenuItem>
          )}
          {!paused && begun && (
            <MenuItem onSelect={() => retry.mutate({ skipped: true })}>
              <ListRestart aria-hidden />
              {t('connections.retryItems')}
            </MenuItem>
          )}
          {connection.mode === 'workspace' && (
            <MenuItem onSelect={() => setAsking('handOver')}>
              <ArrowRightLeft aria-hidden />
              {t('connections.handOver')}
            </MenuItem>
          )}
          <MenuItem onSelect={() => diagnostics.mutate()}>
            <Download aria-hidden />
            {t('connections.diagnostics')}
          </MenuItem>
          <MenuSeparator />
          <MenuItem danger onSelect={() => setAsking('disconnect')}>
            <Unplug aria-hidden />
            {t('connections.disconnect')}
          </MenuItem>
        </MenuContent>
      </Menu>
      {asking === 'rename' && <RenameDialog connection={connection} onClose={close} />}
      {asking === 'options' && (
        <OptionsDialog connection={connection} connector={connector} onClose={close} />
      )}
      {asking === 'renew' && <RenewDialog connection={connection} connector={connector} onClose={close} />}
      {asking === 'handOver' && <HandOverDialog connection={connection} onClose={close} />}
      {asking === 'disconnect' && (
        <DisconnectDialog connection={connection} source={source} onClose={close} />
      )}
    </div>
  );
}
