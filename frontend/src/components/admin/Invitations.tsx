import { MailPlus, UserPlus } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ErrorMessage } from '@/components/ErrorMessage';
import { Button } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { useInvitations } from '@/hooks/useInvitations';
import { useWorkspace } from '@/hooks/useWorkspace';
import { InvitationTable } from './InvitationTable';
import { InviteDialog } from './InviteDialog';
import { Notice } from './Notice';
import { RowsSkeleton } from './RowsSkeleton';
import { ShowMore } from './ShowMore';
import { TabHead } from './TabHead';

/** Who was invited and has not answered yet. `?invite` opens the form. */
export default function Invitations() {
  const { t } = useTranslation();
  const closedId = useId();
  const [params, setParams] = useSearchParams();
  const workspace = useWorkspace().data;
  const invitations = useInvitations();
  const closed = workspace?.registration === 'closed';
  const printed = workspace?.mail === 'console';
  const inviting = params.has('invite') && !closed;
  const setInviting = (open: boolean) => setParams(open ? { invite: '' } : {}, { replace: true });
  return (
    <>
      <TabHead title={t('admin.tabs.invitations')} text={t('admin.invitations.text')}>
        <Button
          variant="primary"
          disabled={closed}
          aria-describedby={closed ? closedId : undefined}
          onClick={() => setInviting(true)}
        >
          <UserPlus aria-hidden />
          {t('admin.invitations.invite')}
        </Button>
      </TabHead>
      <div className="mt-4 space-y-3 empty:hidden">
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
      </div>
      <Content invitations={invitations} />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  );
}

function Content({ invitations }: { invitations: ReturnType<typeof useInvitations> }) {
  const { t } = useTranslation();
  const items = invitations.data?.pages.flatMap((page) => page.items) ?? [];
  if (invitations.isPending) return <RowsSkeleton />;
  if (invitations.isError && items.length === 0) {
    return (
      <ErrorMessage
        title={t('admin.invitations.errorTitle')}
        error={invitations.error}
        onRetry={() => void invitations.refetch()}
      />
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState
        icon={MailPlus}
        title={t('admin.invitations.emptyTitle')}
        text={t('admin.invitations.emptyText')}
      />
    );
  }
  return (
    <>
      <InvitationTable items={items} />
      <ShowMore list={invitations} errorTitle={t('admin.invitations.errorTitle')} />
    </>
  );
}
