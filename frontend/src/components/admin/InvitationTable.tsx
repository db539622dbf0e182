import { Ellipsis, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '@/components/ui/Button';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/components/ui/Menu';
import { useErrorText } from '@/hooks/useErrorText';
import { useResendInvitation, useWithdrawInvitation } from '@/hooks/useInvitations';
import type { Invitation } from '@/services/types';
import { formatAgo, formatDate, formatDateTime } from '@/utils/format';
import { Chip } from './Chip';
import { ConfirmAction } from './ConfirmAction';
import { LinkDialog } from './LinkDialog';

/** On phones everything stands below the address. */
const GRID =
  'grid grid-cols-[minmax(0,1fr)_2.5rem] items-center gap-x-4 @4xl:grid-cols-[minmax(0,1fr)_8rem_12rem_13rem_2.5rem]';

export function InvitationTable({ items }: { items: readonly Invitation[] }) {
  const { t } = useTranslation();
  return (
    <div role="table" aria-label={t('admin.invitations.list')} className="mt-4">
      <div role="rowgroup" className="sr-only @4xl:not-sr-only @4xl:border-b">
        <div role="row" className={`${GRID} h-9 font-medium text-ink-3 text-xs`}>
          {(['email', 'role', 'groups', 'state'] as const).map((column) => (
            <span key={column} role="columnheader">
              {t(`admin.invitations.columns.${column}`)}
            </span>
          ))}
          <span role="columnheader">
            <span className="sr-only">{t('common.more')}</span>
          </span>
        </div>
      </div>
      <div role="rowgroup" className="space-y-2.5 @4xl:space-y-0">
        {items.map((invitation) => (
          <Row key={invitation.id} invitation={invitation} />
        ))}
      </div>
    </div>
  );
}

function Row({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const { email, inviter, created_at: at } = invitation;
  const role = t(`admin.roles.${invitation.role}`);
  return (
    <div
      role="row"
      className={`${GRID} rounded-xl border bg-surface p-4 shadow-sm @4xl:-mx-3 @4xl:h-16 @4xl:rounded-lg @4xl:border-0 @4xl:bg-transparent @4xl:px-3 @4xl:py-0 @4xl:shadow-none @4xl:hover:bg-hover`}
    >
      <div role="cell" className="min-w-0">
        <p className="truncate font-medium" title={email}>
          {email}
        </p>
        <p className="truncate text-ink-3 text-sm" title={formatDateTime(at)}>
          {t('admin.invitations.by', { inviter, ago: formatAgo(at) })}
        </p>
      </div>
      <div
        role="cell"
        className="truncate text-base text-ink-2 @max-4xl:order-2 @max-4xl:col-span-2 @max-4xl:mt-2.5"
      >
        {role}
      </div>
      <div
        role="cell"
        className="flex min-w-0 flex-wrap gap-1 @max-4xl:order-3 @max-4xl:col-span-2 @max-4xl:mt-1.5 empty:hidden @4xl:empty:flex"
      >
        {invitation.groups.map((group) => (
          <Chip key={group}>{group}</Chip>
        ))}
      </div>
      <div role="cell" className="min-w-0 @max-4xl:order-4 @max-4xl:col-span-2 @max-4xl:mt-2.5">
        <State expiresAt={invitation.expires_at} />
      </div>
      <div role="cell" className="justify-self-end @max-4xl:order-1">
        <Actions invitation={invitation} />
      </div>
    </div>
  );
}

function State({ expiresAt }: { expiresAt: string }) {
  const { t } = useTranslation();
  const expired = new Date(expiresAt).getTime() <= Date.now();
  const date = formatDate(expiresAt);
  return (
    <span className="flex items-center gap-2" title={formatDateTime(expiresAt)}>
      <Chip tone={expired ? 'warn' : 'ok'}>
        {t(expired ? 'admin.invitations.expired' : 'admin.invitations.open')}
      </Chip>
      <span className="truncate text-ink-3 text-sm">
        {t(expired ? 'admin.invitations.since' : 'admin.invitations.until', { date })}
      </span>
    </span>
  );
}

function Actions({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const resend = useResendInvitation();
  const withdraw = useWithdrawInvitation();
  const [asking, setAsking] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const { email } = invitation;
  const again = () =>
    resend.mutate(invitation.id, {
      onSuccess: (sent) =>
        sent.link ? setLink(sent.link) : toast.success(t('admin.invitations.resent', { email })),
      onError: (error) => toast.error(t('admin.invitations.resendFailed'), { description: textOf(error) }),
    });
  return (
    <>
      <Menu>
        <MenuTrigger asChild>
          <Button variant="ghost" size="icon" aria-label={t('admin.invitations.actions', { email })}>
            <Ellipsis aria-hidden />
          </Button>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem onSelect={again}>
            <Send aria-hidden />
            {t('admin.invitations.resend')}
          </MenuItem>
          <MenuItem danger onSelect={() => setAsking(true)}>
            <Trash2 aria-hidden />
            {t('admin.invitations.withdraw')}
          </MenuItem>
        </MenuContent>
      </Menu>
      {link && (
        <LinkDialog
          title={t('admin.invitations.linkTitle')}
          text={t('admin.invitations.linkText', { email })}
          link={link}
          onClose={() => setLink(null)}
        />
      )}
      {asking && (
        <ConfirmAction
          title={t('admin.invitations.withdrawTitle')}
          description={t('admin.invitations.withdrawText', { email })}
          action={t('admin.invitations.withdraw')}
          run={() =>
            withdraw
              .mutateAsync(invitation.id)
              .then(() => toast.success(t('admin.invitations.withdrawn', { email })))
          }
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
