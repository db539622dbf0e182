import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Sparkles, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { toast } from 'sonner';
import { ConfirmAction } from '@/components/ConfirmAction';
import { Button, buttonStyles } from '@/components/ui/Button';
import { Loaded } from '@/components/ui/Loaded';
import { Panel, TabBody } from '@/components/ui/Panel';
import { useChatConfig } from '@/hooks/useChatConfig';
import { useLoadDemo } from '@/hooks/useLoadDemo';
import { getDemo, removeDemo } from '@/services/demo';
import { getStats } from '@/services/documents';
import { keys } from '@/services/queries';
import { formatNumber } from '@/utils/format';
import { DEMO } from '@/utils/scope';
import { DeleteAccount } from './DeleteAccount';
import { ExportPanel } from './ExportPanel';
import { SHOWN_STATUSES, StatusBar } from './StatusBar';

const POLL_MS = 2000;

/** What the person keeps here, how to take it along, and how to end it. */
export default function Data() {
  const { t } = useTranslation();
  const config = useChatConfig();
  return (
    <TabBody title={t('tabs.settings.data')} text={t('settings.dataText')}>
      <Counts />
      <ExportPanel />
      <Demo available={config.data?.demo_available === true} />
      <DeleteAccount />
    </TabBody>
  );
}

function Counts() {
  const { t } = useTranslation();
  const stats = useQuery({
    queryKey: [...keys.documents, 'counts'],
    queryFn: ({ signal }) => getStats(signal),
    refetchInterval: ({ state }) => {
      const counts = state.data?.by_status;
      return counts?.queued || counts?.processing ? POLL_MS : false;
    },
  });
  return (
    <Panel>
      <Loaded query={stats} errorTitle={t('library.errorTitle')}>
        {({ total, by_status: counts }) => (
          <>
            <div className="flex items-baseline justify-between gap-4">
              <p>
                <span className="mr-2 font-semibold text-2xl tabular-nums">{formatNumber(total)}</span>
                <span className="text-base text-ink-3">{t('settings.documents', { count: total })}</span>
              </p>
              <Link to="/library" className={buttonStyles({ size: 'sm' })}>
                {t('settings.toLibrary')}
              </Link>
            </div>
            <StatusBar counts={counts} total={total} />
            <ul className="mt-3 grid grid-cols-2 gap-1 sm:grid-cols-4">
              {SHOWN_STATUSES.map((status) => (
                <li key={status}>
                  <Link
                    to={`/library?status=${status}`}
                    className="-mx-2 block rounded-lg px-2 py-1.5 text-base transition-colors hover:bg-hover"
                  >
                    <span className="block font-semibold tabular-nums">
                      {formatNumber(counts[status] ?? 0)}
                    </span>
                    <span className="text-ink-3 text-sm">{t(`status.${status}`)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Demo({ available }: { available: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const demo = useLoadDemo();
  const there = useQuery({ queryKey: [...keys.documents, 'demo'], queryFn: ({ signal }) => getDemo(signal) });
  const [asking, setAsking] = useState(false);
  const loaded = there.data?.loaded ?? 0;
  if (!available && loaded === 0) return null;
  return (
    <Panel title={t('settings.demo')} text={t('settings.demoText')}>
      <div className="flex flex-wrap gap-2">
        {available && (
          <Button busy={demo.isPending} onClick={() => demo.mutate()}>
            <Sparkles aria-hidden />
            {t('settings.demoLoad')}
          </Button>
        )}
        {loaded > 0 && (
          <>
            <Link to={`/library?source=${DEMO}`} className={buttonStyles({})}>
              {t('settings.demoSee')}
            </Link>
            <Button onClick={() => setAsking(true)}>
              <Trash2 aria-hidden />
              {t('settings.demoRemove')}
            </Button>
          </>
        )}
      </div>
      {asking && (
        <ConfirmAction
          title={t('settings.demoRemoveTitle')}
          description={t('settings.demoRemoveText', { count: loaded })}
          action={t('settings.demoRemove')}
          run={async () => {
            const { documents } = await removeDemo();
            toast.success(t('settings.demoRemoved', { count: documents }));
            await queries.invalidateQueries({ queryKey: keys.documents });
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </Panel>
  );
}
