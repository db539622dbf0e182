import { CircleSlash, FileQuestion, Quote, TriangleAlert } from 'lucide-react';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Disagreements } from '@/components/chat/Disagreements';
import { MessageActions } from '@/components/chat/MessageActions';
import { NextQuestions } from '@/components/chat/NextQuestions';
import { PassageCard } from '@/components/chat/PassageCard';
import { citationTarget, type PanelState, passageTarget } from '@/components/chat/panelPaths';
import { Quotes } from '@/components/chat/Quotes';
import { Steps } from '@/components/chat/Steps';
import { LogoMark } from '@/components/Logo';
import { Button } from '@/components/ui/Button';
import { Tooltip } from '@/components/ui/Tooltip';
import { useServerText } from '@/hooks/useErrorText';
import { usePlace } from '@/hooks/usePlace';
import type { LookUp, Message } from '@/services/types';
import { citedDocuments, hasOwnMarkdown, sentenceCount, withoutList } from '@/utils/citations';
import { fromClosest } from '@/utils/closest';
import { cn } from '@/utils/cn';
import { formatDate } from '@/utils/format';

const Markdown = lazy(() => import('@/components/chat/Markdown'));
const RefusalReach = lazy(() => import('@/components/chat/RefusalReach'));

const NEAREST = 3;
/** A document in the row of sources. */
const SOURCE =
  'flex h-8 min-w-0 max-w-96 items-center gap-2 overflow-hidden rounded-lg border px-2.5 text-ink-2 text-sm max-md:h-10';

export function UserMessage({ id, content }: { id?: string; content: string }) {
  const { t } = useTranslation();
  return (
    <div className="flex justify-end" data-message={id}>
      <h2 className="sr-only">{t('chat.you')}</h2>
      <p className="max-w-[85%] whitespace-pre-wrap break-words rounded-2xl rounded-br-md bg-active px-4 py-2.5 text-md">
        {content}
      </p>
    </div>
  );
}

interface AnswerProps {
  message: Message;
  panel: PanelState | null;
  /** Being written: a caret shows where, and there are no buttons yet. */
  live?: boolean;
  last: boolean;
  /** `lookUp` "passages": in the documents, where the question was taken for something else. */
  onRegenerate: (lookUp?: LookUp) => void;
  /** Asks the same in everything, where it was asked in a part of the library. */
  onAskEverywhere?: () => void;
  /** Asks what is offered beneath the last answer; without it nothing is. */
  onAsk?: (question: string) => void;
  /** Draws what the answer prepared, by its ids. */
  prepared?: (actionIds: readonly string[]) => ReactNode;
}

/** An answer with its citations, and what is to be said about it. */
export function AssistantMessage({
  message,
  panel,
  live = false,
  last,
  onRegenerate,
  onAskEverywhere,
  onAsk,
  prepared,
}: AnswerProps) {
  const { t } = useTranslation();
  const citations = message.citations ?? [];
  const actions = message.actions ?? [];
  const activeIndex = panel?.messageId === message.id ? panel.index : null;
  // Said as the assistant, or from the list of documents: nothing in it is a quote.
  const takenFor = message.intent && message.intent !== 'passages' ? message.intent : null;
  const toUs = takenFor !== null;
  const asksBack = message.outcome === 'ask_back';
  const quotesOnly =
    message.mode === 'extractive' && !toUs && !asksBack && !hasOwnMarkdown(message.content, citations);
  const unsupported = message.unsupported ?? [];
  const offers = last && !live && onAsk;
  const suggestions = offers ? (message.suggestions ?? []) : [];
  // What a reply lists stands beneath it as buttons.
  const text = toUs ? withoutList(message.content, suggestions) : message.content;
  const body = { text, citations, messageId: message.id, activeIndex };
  return (
    <div className="group/message" data-message={message.id}>
      <h2 className="flex items-center gap-2.5 font-semibold text-base tracking-normal">
        <LogoMark className="size-5" />
        {t('chat.assistant')}
        {message.mode === 'extractive' && !toUs && !message.abstained && !asksBack && message.content && (
          <QuotingLabel />
        )}
      </h2>
      <div className="mt-2.5 sm:pl-[1.875rem]" data-live={live || undefined}>
        {message.abstained ? (
          <Abstained message={message} panel={panel} />
        ) : quotesOnly ? (
          <Quotes {...body} />
        ) : (
          <Suspense fallback={<p className="prose whitespace-pre-wrap">{message.content}</p>}>
            <Markdown {...body} unsupported={unsupported} />
          </Suspense>
        )}
        {offers && (
          <NextQuestions label={t('chat.choices')} questions={message.choices ?? []} onAsk={onAsk} />
        )}
        {actions.length > 0 && prepared?.(actions)}
        {!message.abstained && <Disagreements message={message} />}
        {unsupported.length > 0 && (
          <p className="mt-3 text-ink-3 text-sm">
            {t('chat.withoutSource', {
              count: unsupported.length,
              total: sentenceCount(citations, unsupported),
            })}
          </p>
        )}
        <DegradedNote message={message} />
        <StateNote message={message} />
        {!live && (
          <>
            {citations.length > 0 && !message.abstained && <SourceStrip message={message} panel={panel} />}
            {onAskEverywhere && message.scope && (message.abstained || message.outcome === 'partial') && (
              <Button size="sm" className="mt-3" onClick={onAskEverywhere}>
                {t('chat.askEverywhere')}
              </Button>
            )}
            <Steps steps={message.steps ?? []} />
            {takenFor && (
              <TakenFor intent={takenFor} onOverrule={last ? () => onRegenerate('passages') : null} />
            )}
            <MessageActions message={message} canRegenerate={last} onRegenerate={() => onRegenerate()} />
            {offers && <NextQuestions label={t('chat.next')} questions={suggestions} onAsk={onAsk} />}
          </>
        )}
      </div>
    </div>
  );
}

/** What the question was taken for, and the way to have it looked up instead. */
function TakenFor({
  intent,
  onOverrule,
}: {
  intent: Exclude<NonNullable<Message['intent']>, 'passages'>;
  onOverrule: (() => void) | null;
}) {
  const { t } = useTranslation();
  return (
    <p className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-sm">
      {t(`chat.takenFor.${intent}`)}
      {onOverrule && (
        <Button variant="link" size="sm" onClick={onOverrule}>
          {t('chat.lookUpInDocuments')}
        </Button>
      )}
    </p>
  );
}

function QuotingLabel() {
  const { t } = useTranslation();
  return (
    <Tooltip label={t('chat.quotingText')}>
      <button
        type="button"
        className="inline-flex h-5 cursor-help items-center gap-1 rounded-full border border-line-strong px-2 font-medium text-2xs text-ink-2"
      >
        <Quote className="size-2.5" aria-hidden />
        {t('chat.quoting')}
      </button>
    </Tooltip>
  );
}

/** Nothing answers: says so before anything else, as far as that is known, and shows what comes nearest. */
function Abstained({ message, panel }: { message: Message; panel: PanelState | null }) {
  const { t } = useTranslation();
  const placeOf = usePlace();
  const nearest = (message.passages ?? []).slice(0, NEAREST);
  const { reading = 0, failed = 0, late = [] } = message.coverage ?? {};
  // What half of a search does not find may be there, and so may what was not read yet, or may not have been.
  const unread = reading + failed + late.length > 0 || Boolean(message.refusal && !message.coverage);
  const sure = !message.degraded?.length && !unread;
  const reason = message.refusal?.reason;
  const title = sure ? 'chat.abstainedTitle' : unread ? 'chat.notSoFarTitle' : 'chat.notFoundTitle';
  return (
    <div className="rounded-2xl border bg-surface p-4 shadow-sm">
      <p className="flex items-center gap-2.5 font-semibold text-md">
        <FileQuestion className="size-4.5 text-ink-3" strokeWidth={1.85} aria-hidden />
        {t(message.scope ? 'chat.scopedTitle' : title)}
      </p>
      {(unread || reason === 'name_unknown' || reason === 'language_not_supported') && (
        <Suspense>
          <RefusalReach message={message} />
        </Suspense>
      )}
      {(nearest.length > 0 || sure) && (
        <p className="mt-1 text-base text-ink-2">
          {nearest.length === 0
            ? message.content
            : t(message.scope ? 'chat.scopedText' : sure ? 'chat.abstainedText' : 'chat.notFoundText')}
        </p>
      )}
      {nearest.length > 0 && (
        <ul className="mt-3 space-y-2">
          {nearest.map((passage) => (
            <li key={`${passage.document_id}-${passage.start}`}>
              <PassageCard
                to={passageTarget(message.id, { ...passage, ...passage.closest })}
                title={passage.title}
                {...fromClosest(passage)}
                kind={passage.kind}
                date={passage.modified_at}
                place={placeOf(passage)}
                active={
                  panel?.document?.id === passage.document_id &&
                  panel.document.passage?.start === (passage.closest ?? passage).start
                }
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The cited documents in a row beneath the answer, in the order in which it cites them. */
function SourceStrip({ message, panel }: { message: Message; panel: PanelState | null }) {
  const { t } = useTranslation();
  return (
    <ul aria-label={t('chat.sources')} className="mt-4 flex flex-wrap gap-1.5">
      {citedDocuments(message.citations ?? []).map((citations) => {
        const [first] = citations;
        const active =
          panel?.messageId === message.id && citations.some((citation) => citation.index === panel.index);
        const numbers = citations.map((citation) => citation.index).join(', ');
        if (first.closed) {
          return (
            <li key={first.index} className={cn(SOURCE, 'bg-surface')}>
              <span className="shrink-0 font-semibold text-2xs text-ink-3">{numbers}</span>
              <span className="truncate">{t('chat.closedSource')}</span>
            </li>
          );
        }
        return (
          <li key={first.index} className="min-w-0 max-w-full">
            <Link
              to={citationTarget(message.id, first)}
              replace={panel !== null}
              className={cn(
                SOURCE,
                'transition-colors hover:border-line-strong hover:text-ink',
                active ? 'border-accent/50 bg-accent-soft' : 'bg-surface',
              )}
            >
              <span className="max-w-[45%] shrink-0 truncate font-semibold text-2xs text-accent-text">
                {numbers}
              </span>
              <span className="truncate">{first.title}</span>
              {first.modified_at && (
                <span className="shrink-0 text-ink-3 text-xs max-sm:hidden">
                  {formatDate(first.modified_at)}
                </span>
              )}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

const PARTS = ['semantic', 'lexical'] as const;

/** That the answer rests on half a search: above all "not found" is to be read with that. */
function DegradedNote({ message: { degraded = [], abstained } }: { message: Message }) {
  const { t } = useTranslation();
  if (degraded.length === 0) return null;
  const parts = PARTS.filter((part) => degraded.includes(part)).map((part) =>
    t(`chat.degradedParts.${part}`),
  );
  return (
    <Note icon={<TriangleAlert />}>
      {t(abstained ? 'chat.degradedAbstained' : 'chat.degraded', { parts: parts.join(', ') })}
    </Note>
  );
}

function StateNote({ message }: { message: Message }) {
  const { t } = useTranslation();
  const serverText = useServerText();
  const said = typeof message.error?.message === 'string' ? serverText(message.error.message) : null;
  const hint = typeof message.error?.hint === 'string' ? message.error.hint : null;
  const detail = [said, hint].filter(Boolean).join(' ');
  switch (message.status) {
    case 'stopped':
      return <Note icon={<CircleSlash />}>{t('chat.stopped')}</Note>;
    case 'interrupted':
      return <Note icon={<TriangleAlert />}>{t('chat.interrupted')}</Note>;
    case 'failed':
      return (
        <Note icon={<TriangleAlert />} danger>
          {t('chat.failed')} {detail}
        </Note>
      );
    default:
      return null;
  }
}

const Note = ({
  icon,
  danger = false,
  children,
}: {
  icon: ReactNode;
  danger?: boolean;
  children: ReactNode;
}) => (
  <p
    role="status"
    className={`mt-3 flex items-start gap-2.5 rounded-xl px-3.5 py-2.5 text-base [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0 ${danger ? 'bg-danger-soft text-danger' : 'bg-hover text-ink-2'}`}
  >
    <span aria-hidden>{icon}</span>
    <span>{children}</span>
  </p>
);
