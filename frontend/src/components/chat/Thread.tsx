import { ArrowDown } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AssistantMessage, UserMessage } from '@/components/ChatMessage';
import { ErrorMessage } from '@/components/ErrorMessage';
import { LogoMark } from '@/components/Logo';
import { SkeletonText } from '@/components/Skeleton';
import type { LiveAnswer } from '@/services/answers';
import type { LookUp, Message } from '@/services/types';
import { messageOf } from './liveMessage';
import { OlderMessages, type OlderState } from './OlderMessages';
import type { PanelState } from './panelPaths';
import { useKeptPlace } from './useKeptPlace';

interface ThreadProps {
  messages: readonly Message[];
  /** How to get at the messages before these; null when there are none. */
  older: OlderState | null;
  live: LiveAnswer | null;
  panel: PanelState | null;
  onRegenerate: (messageId: string, lookUp?: LookUp) => void;
  onAskEverywhere: (question: string) => void;
  onAsk: (question: string) => void;
  /** Draws what an answer prepared, by its ids. */
  prepared: (actionIds: readonly string[]) => ReactNode;
}

const NEAR_END_PX = 120;

/** The messages of a conversation. Follows an answer while it grows, unless the reader has scrolled away from it. */
export default function Thread({
  messages,
  older,
  live,
  panel,
  onRegenerate,
  onAskEverywhere,
  onAsk,
  prepared,
}: ThreadProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const following = useRef(true);

  // What is being asked and answered here stands below; the server's copy of it may have come meanwhile.
  const below = live && [live.replaces, live.messageId, live.question === null ? null : live.userMessageId];
  const shown = below ? messages.filter((message) => !below.includes(message.id)) : messages;
  const last = shown.at(-1);
  const growth = live
    ? live.text.length + live.citations.length + live.passages.length + live.actions.length
    : -1;
  const question = live?.question ?? null;
  const list = useKeptPlace(scroller, shown[0]?.id);

  useEffect(() => {
    if (growth < -1 || !following.current) return;
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [growth]);

  useEffect(() => {
    if (question === null) return;
    following.current = true;
    end.current?.scrollIntoView();
  }, [question]);

  /** The button that was pressed goes with its answer being the last; the keyboard stays in the conversation. */
  function askNext(question: string) {
    scroller.current?.focus({ preventScroll: true });
    onAsk(question);
  }

  function onScroll() {
    const box = scroller.current;
    if (!box) return;
    following.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
    setAway(!following.current);
  }

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-label={t('nav.history')}
        aria-live="off"
        className="h-full overflow-y-auto outline-offset-[-2px] [overflow-anchor:none]"
      >
        <div ref={list} className="mx-auto max-w-[48rem] space-y-8 px-4 pt-8 pb-10 sm:px-6">
          {older && <OlderMessages older={older} scroller={scroller} />}
          {shown.map((message, index) =>
            message.role === 'user' ? (
              <UserMessage key={message.id} id={message.id} content={message.content} />
            ) : (
              <AssistantMessage
                key={message.id}
                message={message}
                panel={panel}
                last={message === last && live === null}
                onRegenerate={(lookUp) => onRegenerate(message.id, lookUp)}
                onAskEverywhere={
                  live === null && shown[index - 1]?.role === 'user'
                    ? () => onAskEverywhere(shown[index - 1]?.content ?? '')
                    : undefined
                }
                onAsk={askNext}
                prepared={prepared}
              />
            ),
          )}
          {question !== null && <UserMessage content={question} />}
          {live && <LiveMessage live={live} panel={panel} prepared={prepared} />}
          <div ref={end} />
        </div>
      </div>
      <p className="sr-only" role="status">
        {live && !live.error ? t(live.phase === 'searching' ? 'chat.searching' : 'chat.writing') : ''}
      </p>
      {away && (
        <button
          type="button"
          aria-label={t('chat.scrollDown')}
          onClick={() =>
            scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: 'smooth' })
          }
          className="-translate-x-1/2 absolute bottom-3 left-1/2 grid size-9 animate-rise place-items-center rounded-full border bg-surface text-ink-2 shadow-md hover:text-ink"
        >
          <ArrowDown className="size-4" aria-hidden />
        </button>
      )}
    </div>
  );
}

function LiveMessage({
  live,
  panel,
  prepared,
}: Pick<ThreadProps, 'panel' | 'prepared'> & { live: LiveAnswer }) {
  const { t } = useTranslation();
  if (live.error) {
    return <ErrorMessage title={t('chat.failed')} error={live.error} layout="inline" />;
  }
  if (!live.text && live.actions.length === 0) {
    return (
      <div>
        <p className="flex items-center gap-2.5 font-medium text-base text-ink-2">
          <LogoMark className="size-5" />
          {live.reconnecting
            ? t('chat.reconnecting')
            : live.phase === 'searching'
              ? t('chat.searching')
              : t('chat.foundPassages', { count: live.passages.length })}
        </p>
        <SkeletonText lines={3} className="mt-4 max-w-[34rem] sm:pl-[1.875rem]" />
      </div>
    );
  }
  return (
    <>
      <AssistantMessage
        message={messageOf(live)}
        panel={panel}
        live
        last={false}
        onRegenerate={() => undefined}
        prepared={prepared}
      />
      {live.reconnecting && <p className="pl-[1.875rem] text-ink-3 text-sm">{t('chat.reconnecting')}</p>}
    </>
  );
}
