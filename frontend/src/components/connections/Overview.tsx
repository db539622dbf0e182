import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/Ago';
import { Fact, FactList, Panel } from '@/components/ui/Panel';
import { useConnector } from '@/hooks/useConnectors';
import { useSourceName } from '@/hooks/useSourceName';
import type { Connection } from '@/services/types';
import { saysNotice } from '@/utils/connectionState';
import { formatDateTime } from '@/utils/format';
import { formatMoment } from '@/utils/moment';
import { AccessPanel } from './AccessPanel';
import { Capabilities } from './Capabilities';
import { ChosenOptions } from './ChosenOptions';
import { Progress } from './Progress';
import { Rights } from './Rights';
import { useStatusText } from './useStatusText';

/** How a connection stands: what is under way, what is known of it, what its account can do, who sees what. */
export default function Overview({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const textOf = useStatusText();
  const source = useSourceName()(connection.type);
  const connector = useConnector(connection.type);
  const { account, last_sync_at: last, next_sync_at: next, access_as_of: access } = connection;
  const never = t('connections.never');
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2">
      <h2 className="sr-only">{t('tabs.connections.overview')}</h2>
      <div className="space-y-5">
        <Panel
          title={t('connections.overview.state')}
          text={saysNotice(connection) ? undefined : textOf(connection, source)}
        >
          <Progress connection={connection} />
        </Panel>
        <AccessPanel connection={connection} />
        {connection.capabilities.length > 0 && <Capabilities findings={connection.capabilities} />}
      </div>
      <div className="space-y-5">
        <Panel title={t('connections.overview.facts')}>
          <FactList>
            <Fact label={t('connections.overview.service')}>{source}</Fact>
            <Fact label={t('connections.overview.account')}>
              {account
                ? [account.name, account.address].filter(Boolean).join(' · ')
                : t('connections.overview.accountUnknown')}
            </Fact>
            <Fact label={t('connections.overview.mode')}>
              {t(`connections.managedBy.${connection.mode}`)}
            </Fact>
            <Fact label={t('connections.overview.lastSync')}>{last ? <Ago at={last} /> : never}</Fact>
            <Fact label={t('connections.overview.nextSync')}>
              {next ? (
                <time dateTime={next} title={formatDateTime(next)}>
                  {formatMoment(next)}
                </time>
              ) : (
                t('connections.overview.nextNone')
              )}
            </Fact>
            <Fact label={t('connections.overview.access')}>
              {access ? (
                <time dateTime={access} title={formatDateTime(access)}>
                  {t('connections.overview.accessAsOf', { time: formatMoment(access) })}
                </time>
              ) : (
                never
              )}
            </Fact>
            <Fact label={t('connections.overview.since')}>{formatDateTime(connection.created_at)}</Fact>
            {connector && <ChosenOptions connector={connector} connection={connection} />}
          </FactList>
        </Panel>
        <Panel title={t('connections.overview.seen')} text={t('connections.overview.seenText', { source })}>
          {connector && <Rights name={source} rights={connector.rights} open />}
        </Panel>
      </div>
    </div>
  );
}
