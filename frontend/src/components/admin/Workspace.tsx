import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { buttonStyles } from '@/components/ui/Button';
import { Loaded } from '@/components/ui/Loaded';
import { Fact, FactList, Panel, PanelSkeleton } from '@/components/ui/Panel';
import { TabHead } from '@/components/ui/TabHead';
import { useProviders } from '@/hooks/useProviders';
import { useWorkspace } from '@/hooks/useWorkspace';
import { formatNumber } from '@/utils/format';
import { SigningKeys } from './SigningKeys';

/** How accounts are set up here, and the keys behind their sessions. */
export default function Workspace() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  return (
    <div className="max-w-[44rem]">
      <TabHead title={t('tabs.admin.workspace')} text={t('admin.workspace.text')} />
      <div className="mt-5 space-y-6">
        <Loaded
          query={workspace}
          errorTitle={t('admin.workspace.errorTitle')}
          skeleton={
            <Panel>
              <PanelSkeleton label={t('common.loading')} />
            </Panel>
          }
        >
          {(found) => (
            <>
              <Counts users={found.users} deactivated={found.deactivated} />
              <Rules workspace={found} />
            </>
          )}
        </Loaded>
        <SigningKeys />
      </div>
    </div>
  );
}

function Counts({ users, deactivated }: { users: Record<string, number>; deactivated: number }) {
  const { t } = useTranslation();
  const { admin = 0, member = 0 } = users;
  const total = admin + member;
  const shares = [
    ['role=admin', t('admin.workspace.countAdmin', { count: admin }), admin],
    ['role=member', t('admin.workspace.countMember', { count: member }), member],
    ['status=deactivated', t('admin.workspace.countDeactivated'), deactivated],
  ] as const;
  return (
    <Panel>
      <div className="flex items-baseline justify-between gap-4">
        <p>
          <span className="mr-2 font-semibold text-2xl tabular-nums">{formatNumber(total)}</span>
          <span className="text-base text-ink-3">{t('admin.workspace.countAll', { count: total })}</span>
        </p>
        <Link to="/admin/people" className={buttonStyles({ size: 'sm' })}>
          {t('admin.workspace.toPeople')}
        </Link>
      </div>
      <ul className="mt-3 grid grid-cols-3 gap-1">
        {shares.map(([query, label, count]) => (
          <li key={query}>
            <Link
              to={`/admin/people?${query}`}
              className="-mx-2 block rounded-lg px-2 py-1.5 text-base transition-colors hover:bg-hover"
            >
              <span className="block font-semibold tabular-nums">{formatNumber(count)}</span>
              <span className="text-ink-3 text-sm">{label}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Rules({ workspace }: { workspace: NonNullable<ReturnType<typeof useWorkspace>['data']> }) {
  const { t } = useTranslation();
  const providers = useProviders().data ?? [];
  const limit = workspace.requests_per_minute;
  return (
    <Panel title={t('admin.workspace.settings')}>
      <FactList>
        <Fact label={t('admin.workspace.registration')}>
          {t(`admin.workspace.registrationText.${workspace.registration}`)}
          <Setting name="BIBLIOS_AUTH_REGISTRATION" />
        </Fact>
        <Fact label={t('admin.workspace.waysIn')}>
          {[t('admin.methods.password'), ...providers.map((provider) => provider.label)].join(', ')}
        </Fact>
        <Fact label={t('admin.workspace.mail')}>
          {t(`admin.workspace.mailText.${workspace.mail}`)}
          <Setting name="BIBLIOS_MAIL_HOST" />
        </Fact>
        <Fact label={t('admin.workspace.retention')}>
          {t('admin.workspace.retentionText', { count: workspace.audit_retention_days })}
          <Setting name="BIBLIOS_AUDIT_RETENTION_DAYS" />
        </Fact>
        <Fact label={t('admin.workspace.limit')}>
          {limit === 0
            ? t('admin.workspace.limitNone')
            : t('admin.workspace.limitText', { number: formatNumber(limit) })}
          <Setting name="BIBLIOS_AUTH_REQUESTS_PER_MINUTE" />
        </Fact>
      </FactList>
    </Panel>
  );
}

/** The name under which the server's environment has it. */
const Setting = ({ name }: { name: string }) => (
  <span className="mt-0.5 block break-all font-mono text-ink-3 text-xs">{name}</span>
);
