import { useTranslation } from 'react-i18next';
import { ErrorMessage } from '@/components/ErrorMessage';
import { LoadingIndicator } from '@/components/LoadingIndicator';
import { Dialog } from '@/components/ui/Dialog';
import { useReply, useWays } from '@/hooks/useActions';
import { failureOf } from '@/services/queries';
import type { Action } from '@/services/types';
import NewAction from './NewAction';

interface NewReplyProps {
  documentId: string;
  /** To all whom the mail names. */
  everybody: boolean;
  onProposed: (made: Action) => void;
  onClose: () => void;
}

/** Writes an answer to a mail, filled in with whom it goes to and what it answers. */
export function NewReply({ documentId, everybody, onProposed, onClose }: NewReplyProps) {
  const { t } = useTranslation();
  const ways = useWays('email');
  const reply = useReply(documentId, everybody, (ways.data ?? []).length > 0);
  const failure = failureOf(reply);
  const nothingToSendBy = ways.data?.length === 0 || failureOf(ways) !== null;
  if (nothingToSendBy || reply.data) {
    return <NewAction kind="email" begun={reply.data} onProposed={onProposed} onClose={onClose} />;
  }
  return (
    <Dialog open onOpenChange={onClose} title={t('actions.replyTitle')}>
      <div className="px-5 pt-2 pb-5">
        {failure ? (
          <ErrorMessage
            title={t('actions.replyErrorTitle')}
            error={failure}
            layout="inline"
            onRetry={() => void reply.refetch()}
          />
        ) : (
          <LoadingIndicator className="h-24" />
        )}
      </div>
    </Dialog>
  );
}
