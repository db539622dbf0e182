import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Loaded } from '@/components/ui/Loaded';
import { Fact, FactList, Panel } from '@/components/ui/Panel';
import { useAccessReport } from '@/hooks/useConnectionAccess';
import { useSourceName } from '@/hooks/useSourceName';
import type { AccessReport, Connection, Span } from '@/services/types';
import { formatDuration } from '@/utils/format';
import { connectionPath } from '@/utils/paths';

const LINK = 'text-accent-text underline';

/** How closely a connection follows its source: what was narrowed, who matches nobody, how soon deletions count. */
export function AccessPanel({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const source = useSourceName()(connection.type);
  const report = useAccessReport(connection.id);
  return (
    <Panel title={t('connections.access.title')} text={t('connections.access.text', { source })}>
      <Loaded query={report} errorTitle={t('connections.access.errorTitle')}>
        {({ narrowed, forgetting }) => (
          <FactList>
            <Fact label={t('connections.access.narrowed')}>
              {narrowed > 0 ? (
                <Link to={`${connectionPath(connection.id, 'items')}?rights=narrowed`} className={LINK}>
                  {t('connections.access.narrowedCount', { count: narrowed })}
                </Link>
              ) : (
                t('connections.access.narrowedNone')
              )}
            </Fact>
            {connection.mode === 'workspace' && (
              <Fact label={t('connections.access.people')}>
                <Link to={`${connectionPath(connection.id, 'people')}?matched=no`} className={LINK}>
                  {t('connections.access.toPeople')}
                </Link>
              </Fact>
            )}
            <Fact label={t('connections.access.forget')}>
              <Forgetting forgetting={forgetting} source={source} />
            </Fact>
          </FactList>
        )}
      </Loaded>
    </Panel>
  );
}

function Forgetting({ forgetting, source }: { forgetting: AccessReport['forgetting']; source: string }) {
  const { t } = useTranslation();
  const { at_most_s: atMost, by, told, noticed } = forgetting;
  const words = (span: Span) => ({
    last: span.last_s < 1 ? t('connections.access.forgetUnder') : formatDuration(span.last_s),
    longest: span.longest_s < 1 ? t('connections.access.forgetUnder') : formatDuration(span.longest_s),
  });
  return (
    <>
      <span className="block first-letter:uppercase">
        {atMost === null
          ? t('connections.access.forgetNever')
          : t('connections.access.forgetAtMost', { time: formatDuration(atMost) })}
      </span>
      <span className="mt-0.5 block text-pretty text-ink-3 text-sm">
        {[
          atMost !== null && t(`connections.access.forgetBy.${by}`, { source }),
          told && t('connections.access.forgetTold', words(told)),
          noticed && t('connections.access.forgetNoticed', words(noticed)),
          !noticed && t('connections.access.forgetUnmeasured'),
        ]
          .filter(Boolean)
          .join(' ')}
      </span>
    </>
  );
}
