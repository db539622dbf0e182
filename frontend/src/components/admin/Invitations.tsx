import { MailPlus, UserPlus } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Button } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { ListPage } from '@/components/ui/ListPage';
import { Notice } from '@/components/ui/Notice';
import { useInvitations } from '@/hooks/useInvitations';
import { useWorkspace } from '@/hooks/useWorkspace';
import { InviteDialog } from './InviteDialog';
import { useInvitationColumns } from './useInvitationColumns';

/** Who was invited and has not answered yet. `?invite` opens the form. */
export default function Invitations() {
  const { t } = useTranslation();
  const closedId = useId();
  const [params, setParams] = useSearchParams();
  const workspace = useWorkspace().data;
  const invitations = useInvitations();
  const closed = workspace?.registration === 'closed';
  const printed = workspace?.mail === 'console';
  const columns = useInvitationColumns();
  const inviting = params.has('invite') && !closed;
  const setInviting = (open: boolean) => setParams(open ? { invite: '' } : {}, { replace: true });
  return (
    <>
      <ListPage
        layout="tab"
        title={t('tabs.admin.invitations')}
        text={t('admin.invitations.text')}
        action={
          <Button
            variant="primary"
            disabled={closed}
            aria-describedby={closed ? closedId : undefined}
            onClick={() => setInviting(true)}
          >
            <UserPlus aria-hidden />
            {t('admin.invitations.invite')}
          </Button>
        }
        notices={
          <>
            {closed && (
              <Notice
                id={closedId}
                tone="warn"
                title={t('admin.invitations.closedTitle')}
                text={t('admin.invitations.closedText')}
              />
            )}
            {printed && !closed && (
              <Notice title={t('admin.invitations.consoleTitle')} text={t('admin.invitations.consoleText')} />
            )}
          </>
        }
        list={invitations}
        items={invitations.data?.pages.flatMap((page) => page.items) ?? []}
        errorTitle={t('admin.invitations.errorTitle')}
        empty={
          <EmptyState
            icon={MailPlus}
            title={t('admin.invitations.emptyTitle')}
            text={t('admin.invitations.emptyText')}
          />
        }
        label={t('admin.invitations.list')}
        columns={columns}
        rowKey={(invitation) => invitation.id}
      />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  );
}
