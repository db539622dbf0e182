import { MessageSquareReply } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Button } from '@/components/ui/Button';
import { Tooltip } from '@/components/ui/Tooltip';
import { useWays } from '@/hooks/useActions';
import { actionPath } from '@/utils/paths';
import { threadOfLink } from '@/utils/slackText';
import NewAction from './editors/NewAction';

/** Answers a message of Slack where it stands, by its link; nothing for what is no such message. */
export default function ReplyInThread({ url }: { url: string | null }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const thread = threadOfLink(url);
  const ways = useWays('slack', thread !== null).data ?? [];
  const [writing, setWriting] = useState(false);
  if (!thread || ways.length === 0) return null;
  return (
    <>
      <Tooltip label={t('actions.replyInThread')}>
        <Button
          variant="ghost"
          size="icon"
          aria-label={t('actions.replyInThread')}
          onClick={() => setWriting(true)}
        >
          <MessageSquareReply aria-hidden />
        </Button>
      </Tooltip>
      {writing && (
        <NewAction
          kind="slack"
          answering={thread}
          onProposed={(made) => navigate(actionPath(made.id))}
          onClose={() => setWriting(false)}
        />
      )}
    </>
  );
}
