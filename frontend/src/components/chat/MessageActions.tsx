import { Copy, PanelRight, RefreshCw, ThumbsDown, ThumbsUp } from 'lucide-react';
import { type ComponentProps, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import { Button } from '@/components/ui/Button';
import { Tooltip } from '@/components/ui/Tooltip';
import { useRateMessage } from '@/hooks/useConversation';
import { useErrorText } from '@/hooks/useErrorText';
import { withWords } from '@/locales/index';
import type { Message } from '@/services/types';
import { copyText } from '@/utils/citations';
import { copyToClipboard } from '@/utils/copyToClipboard';
import { sourcesTarget } from './panelPaths';

const FeedbackDialog = lazy(() => withWords(import('./FeedbackDialog'), 'feedback'));

interface MessageActionsProps {
  message: Message;
  canRegenerate: boolean;
  onRegenerate: () => void;
}

export function MessageActions({ message, canRegenerate, onRegenerate }: MessageActionsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const textOf = useErrorText();
  const rate = useRateMessage(message.conversation_id);
  const [asking, setAsking] = useState(false);
  const sources = (message.citations?.length ?? 0) + (message.passages?.length ?? 0);

  async function copy() {
    const text = copyText(message.content, message.citations ?? [], {
      heading: t('chat.copyHeading'),
      closed: t('chat.closedSource'),
    });
    await copyToClipboard(text).then(
      () => toast.success(t('common.copied')),
      () => toast.error(t('common.copyFailed')),
    );
  }
  // An opinion counts from the click on; why it is a bad one is asked afterwards.
  const feedback = (value: 'up' | 'down') =>
    rate.mutateAsync({ id: message.id, value: message.feedback === value ? null : value }).then(
      (rated) => setAsking(rated.feedback === 'down'),
      (error: unknown) => toast.error(textOf(error)),
    );

  return (
    <div className="-ml-2 mt-2.5 flex items-center gap-0.5 text-ink-3">
      <Action label={t('chat.copyAnswer')} onClick={() => void copy()}>
        <Copy aria-hidden />
      </Action>
      <Action
        label={t('chat.goodAnswer')}
        aria-pressed={message.feedback === 'up'}
        onClick={() => feedback('up')}
      >
        <ThumbsUp
          className={message.feedback === 'up' ? 'fill-current text-accent-text' : undefined}
          aria-hidden
        />
      </Action>
      <Action
        label={t('chat.badAnswer')}
        aria-pressed={message.feedback === 'down'}
        onClick={() => feedback('down')}
      >
        <ThumbsDown
          className={message.feedback === 'down' ? 'fill-current text-accent-text' : undefined}
          aria-hidden
        />
      </Action>
      {canRegenerate && (
        <Action label={t('chat.regenerate')} onClick={onRegenerate}>
          <RefreshCw aria-hidden />
        </Action>
      )}
      {sources > 0 && (
        <Action label={t('chat.sources')} onClick={() => navigate(sourcesTarget(message.id))}>
          <PanelRight aria-hidden />
        </Action>
      )}
      {asking && (
        <Suspense>
          <FeedbackDialog message={message} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </div>
  );
}

const Action = ({ label, ...rest }: ComponentProps<'button'> & { label: string }) => (
  <Tooltip label={label}>
    <Button
      {...rest}
      variant="ghost"
      size="icon"
      aria-label={label}
      className="!text-ink-3 hover:!text-ink"
    />
  </Tooltip>
);
