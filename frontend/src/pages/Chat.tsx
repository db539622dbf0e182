import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { Composer } from '@/components/chat/Composer';
import { messageOf } from '@/components/chat/liveMessage';
import { panelOf } from '@/components/chat/panelPaths';
import type { SidePanelProps } from '@/components/chat/SidePanel';
import { Welcome } from '@/components/chat/Welcome';
import { ErrorMessage } from '@/components/ErrorMessage';
import { SkeletonText } from '@/components/Skeleton';
import { useAnswers, useLiveAnswer, useSuccessor } from '@/contexts/ChatContext';
import { useChatConfig } from '@/hooks/useChatConfig';
import { useConversation, useOlderMessages } from '@/hooks/useConversation';
import { useErrorText } from '@/hooks/useErrorText';
import { usePageTitle } from '@/hooks/usePageTitle';
import { useScope } from '@/hooks/useScope';
import { useToastRoom } from '@/hooks/useToastRoom';
import { withWords } from '@/locales/index';
import { createConversation, stopMessage } from '@/services/conversations';
import { isApiError } from '@/services/problem';
import { failureOf, keys } from '@/services/queries';
import type { ActionKind, ConversationDetail, LookUp } from '@/services/types';
import { notice } from '@/utils/notice';
import { actionPath, conversationPath } from '@/utils/paths';
import NotFound from './NotFound';

const Thread = lazy(() => import('@/components/chat/Thread'));
/** With the viewer, so that a passage is one step away. */
const SidePanel = lazy(async () => {
  const [{ default: Panel }, { DocumentViewer }, { replyTools }] = await Promise.all([
    import('@/components/chat/SidePanel'),
    import('@/components/viewer/DocumentViewer'),
    import('@/components/actions/replyTools'),
  ]);
  return {
    default: (props: Omit<SidePanelProps, 'viewer' | 'tools'>) => (
      <Panel {...props} viewer={DocumentViewer} tools={replyTools} />
    ),
  };
});
const ScopeBar = lazy(() => withWords(import('@/components/chat/ScopeBar'), 'scope'));
const PreparedActions = lazy(() => withWords(import('@/components/actions/PreparedActions'), 'actions'));
const NewAction = lazy(() => withWords(import('@/components/actions/editors/NewAction'), 'actions'));

interface Writing {
  kind: ActionKind;
  typed: string;
  /** Empties the field in which it was typed. */
  done: () => void;
}

const MAX_QUESTION_CHARS = 8000;

/** A conversation at `/c/:id`, or the beginning of one at `/`. */
export default function Chat() {
  const { t } = useTranslation();
  const { conversationId } = useParams();
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const textOf = useErrorText();
  const answers = useAnswers();
  const live = useLiveAnswer(conversationId);
  const conversation = useConversation(conversationId);
  const config = useChatConfig();
  const panel = panelOf(params);
  const older = useOlderMessages(conversationId ?? '');
  const toastRoom = useToastRoom();
  const [writing, setWriting] = useState<Writing | null>(null);
  usePageTitle(conversation.data?.title ?? t('nav.newChat'));

  const failed = (error: unknown) => notice('error', t('chat.sendFailed'), textOf(error));
  const where = useScope(conversationId, conversation.data, (error) => notice('error', textOf(error)));

  // Where the page says that it is asked, also while the server does not know of that yet.
  async function ask(
    question: string,
    filters: object | undefined = where.scope === null ? {} : where.scope,
  ) {
    let id = conversationId;
    try {
      if (!id) {
        const created = await createConversation(where.scope ?? null);
        id = created.id;
        queries.setQueryData<ConversationDetail>(keys.conversation(id), {
          ...created,
          messages: [],
          next_cursor: null,
        });
        where.keep(null);
        navigate(conversationPath(id));
      }
      // What failed before is shown no longer, so it has to be read.
      if (live?.error) void conversation.refetch();
      await answers.ask(id, question, filters);
    } catch (error) {
      void failed(error);
      // The question comes back where it was asked.
      if (!conversationId && id) {
        where.keep(where.scope ?? null);
        navigate('/', { replace: true });
      }
      throw error;
    }
  }

  /** Where nobody waits for it: a failure has been told. */
  const askNow = (question: string) => void ask(question).catch(() => undefined);
  const regenerate = (messageId: string, lookUp?: LookUp) => {
    if (conversationId) answers.regenerate(conversationId, messageId, lookUp).catch(failed);
  };
  const stop = () => {
    if (live?.messageId) stopMessage(live.messageId).catch(failed);
  };

  // An answer that is written anew takes the place of the old one, in the panel too.
  const shownAnew = useSuccessor(panel?.messageId);
  useEffect(() => {
    if (shownAnew) setParams({ sources: shownAnew }, { replace: true });
  }, [shownAnew, setParams]);

  const composer = (
    <>
      <Composer
        key={conversationId ?? 'new'}
        draftKey={conversationId ?? 'new'}
        answering={live !== null && !live.error}
        onSend={(question) => ask(question)}
        onStop={stop}
        onCommand={(kind, typed, done) => setWriting({ kind, typed, done })}
        maxChars={config.data?.max_question_chars ?? MAX_QUESTION_CHARS}
        scope={({ open, set, named, back }) =>
          where.scope !== undefined && (
            <Suspense>
              <ScopeBar
                scope={where.scope}
                onChange={where.change}
                open={open}
                onOpenChange={set}
                onNamed={named}
                onClosed={back}
              />
            </Suspense>
          )
        }
      />
      {config.data?.admins_see_questions && (
        <p className="mt-2 text-center text-ink-3 text-xs">{t('chat.adminsRead')}</p>
      )}
    </>
  );

  const editor = writing && (
    <Suspense>
      <NewAction
        kind={writing.kind}
        typed={writing.typed}
        onProposed={(made) => {
          writing.done();
          navigate(actionPath(made.id));
        }}
        onClose={() => setWriting(null)}
      />
    </Suspense>
  );

  if (!conversationId) {
    return (
      <>
        <Welcome composer={composer} onAsk={askNow} />
        {editor}
      </>
    );
  }
  if (isApiError(conversation.error, 'not_found')) return <NotFound />;

  const failure = failureOf(conversation);
  const messages = conversation.data?.messages ?? [];
  const cursor = conversation.data?.next_cursor;
  const shown = panel && messages.find((message) => message.id === panel.messageId);
  const written = live && live.messageId === panel?.messageId ? messageOf(live) : null;
  return (
    <div className="flex h-full min-h-0">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <h1 className="sr-only">{conversation.data?.title ?? t('chat.title')}</h1>
        {conversation.isPending ? (
          <ThreadSkeleton />
        ) : failure && !live ? (
          <div className="flex-1">
            <ErrorMessage
              title={t('chat.errorTitle')}
              error={failure}
              onRetry={() => void conversation.refetch()}
            />
          </div>
        ) : (
          <Suspense fallback={<ThreadSkeleton />}>
            <Thread
              key={conversationId}
              messages={messages}
              older={
                cursor
                  ? { load: () => older.mutate(cursor), loading: older.isPending, error: older.error }
                  : null
              }
              live={live}
              panel={panel}
              onRegenerate={regenerate}
              onAskEverywhere={(question) => void ask(question, {}).catch(() => undefined)}
              onAsk={askNow}
              prepared={(ids) => (
                <Suspense fallback={<SkeletonText lines={4} className="mt-4" />}>
                  <PreparedActions ids={ids} />
                </Suspense>
              )}
            />
          </Suspense>
        )}
        <div
          ref={toastRoom}
          className="mx-auto w-full max-w-[48rem] shrink-0 px-4 pb-[max(1rem,env(safe-area-inset-bottom))] sm:px-6"
        >
          {composer}
          <p className="mt-2 text-center text-ink-3 text-xs max-md:hidden">{t('chat.hint')}</p>
        </div>
      </div>
      {panel && (
        <Suspense>
          <SidePanel
            panel={panel}
            message={written ?? shown ?? null}
            onClose={() => setParams({}, { replace: true })}
          />
        </Suspense>
      )}
      {editor}
    </div>
  );
}

function ThreadSkeleton() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-busy="true"
      aria-label={t('common.loading')}
      className="mx-auto w-full max-w-[48rem] flex-1 px-6 pt-10"
    >
      <SkeletonText lines={1} className="ml-auto w-72" />
      <SkeletonText lines={4} className="mt-10" />
    </div>
  );
}
