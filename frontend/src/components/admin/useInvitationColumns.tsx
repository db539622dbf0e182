import { useTranslation } from 'react-i18next';
import { Chip } from '@/components/ui/Chip';
import type { Column } from '@/components/ui/DataTable';
import type { Invitation } from '@/services/types';
import { formatAgo, formatDate, formatDateTime } from '@/utils/format';
import { InvitationActions } from './InvitationActions';

export function useInvitationColumns(): readonly Column<Invitation>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'email',
      header: t('admin.invitations.columns.email'),
      width: 'minmax(0,1fr)',
      narrow: 'title',
      compare: (one, other) => one.email.localeCompare(other.email),
      cell: ({ email, inviter, created_at: at }) => (
        <>
          <p className="truncate font-medium" title={email}>
            {email}
          </p>
          <p className="truncate text-ink-3 text-sm" title={formatDateTime(at)}>
            {t('admin.invitations.by', { inviter, ago: formatAgo(at) })}
          </p>
        </>
      ),
    },
    {
      id: 'role',
      header: t('admin.invitations.columns.role'),
      width: '8rem',
      narrow: 'line',
      cell: ({ role }) => (
        <span className="block truncate text-base text-ink-2">{t(`admin.roles.${role}`)}</span>
      ),
    },
    {
      id: 'groups',
      header: t('admin.invitations.columns.groups'),
      width: '12rem',
      narrow: 'inline',
      cell: ({ groups }) =>
        groups.length > 0 && (
          <span className="flex min-w-0 flex-wrap gap-1">
            {groups.map((group) => (
              <Chip key={group}>{group}</Chip>
            ))}
          </span>
        ),
    },
    {
      id: 'state',
      header: t('admin.invitations.columns.state'),
      width: '13rem',
      narrow: 'line',
      compare: (one, other) => Date.parse(one.expires_at) - Date.parse(other.expires_at),
      cell: ({ expires_at }) => <State expiresAt={expires_at} />,
    },
    {
      id: 'actions',
      header: t('common.more'),
      headerHidden: true,
      width: '2.5rem',
      narrow: 'end',
      cell: (invitation) => <InvitationActions invitation={invitation} />,
    },
  ];
}

function State({ expiresAt }: { expiresAt: string }) {
  const { t } = useTranslation();
  const expired = new Date(expiresAt).getTime() <= Date.now();
  const date = formatDate(expiresAt);
  return (
    <span className="flex items-center gap-2" title={formatDateTime(expiresAt)}>
      <Chip size="md" tone={expired ? 'warn' : 'ok'} className="shrink-0">
        {t(expired ? 'admin.invitations.expired' : 'admin.invitations.open')}
      </Chip>
      <span className="truncate text-ink-3 text-sm">
        {t(expired ? 'admin.invitations.since' : 'admin.invitations.until', { date })}
      </span>
    </span>
  );
}
