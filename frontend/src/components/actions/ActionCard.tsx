import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { Kbd } from '@/components/ui/Kbd';
import { Notice } from '@/components/ui/Notice';
import { useUser } from '@/contexts/AuthContext';
import { useActionDecisions } from '@/hooks/useActionDecisions';
import { useWays } from '@/hooks/useActions';
import { useErrorText } from '@/hooks/useErrorText';
import { isApiError } from '@/services/problem';
import type { Action, Suggestion } from '@/services/types';
import { type ActionMove, movesOf } from '@/utils/actionMoves';
import { titleOf } from '@/utils/actionTexts';
import { formatMoment } from '@/utils/moment';
import { matchesKeys } from '@/utils/platform';
import { withSuggestion } from '@/utils/takenOver';
import { Changes } from './Changes';
import { Countdown } from './Countdown';
import { DraftView } from './DraftView';
import { EvidenceList } from './EvidenceList';
import { Editor } from './editors/Editor';
import { GoesOutAt } from './GoesOutAt';
import { KIND_ICONS } from './kinds';
import { ActionPreview } from './previews/ActionPreview';
import { RejectDialog } from './RejectDialog';
import { Retry } from './Retry';
import { StateChip } from './StateChip';
import { useSeen } from './useSeen';
import { useShownContent } from './useShownContent';
import { Warnings } from './Warnings';

/** An action as it goes out, with what may be decided about it. Leaving it, or closing it, decides nothing. */
export function ActionCard({ action }: { action: Action }) {
  const { t } = useTranslation();
  const card = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const moves = movesOf(action);
  const { id: me } = useUser();
  const decide = useActionDecisions(action.id);
  const shown = useShownContent(action);
  const { isSeen, showUnseen } = useSeen(content, action.hash);
  const [ticks, setTicks] = useState<{ hash: string; codes: readonly string[] }>({ hash: '', codes: [] });
  const [hint, setHint] = useState<string | null>(null);
  const [open, setOpen] = useState<'edit' | 'reject' | null>(null);
  const [taken, setTaken] = useState<Suggestion | null>(null);

  const ticked = ticks.hash === action.hash ? ticks.codes : [];
  const undecided = moves.includes('approve');
  const needed = action.warnings.filter(({ confirm, code }) => confirm && !ticked.includes(code));
  const failure = [decide.approve, decide.reject, decide.cancel, decide.retry].find(
    ({ isError }) => isError,
  )?.error;
  const busy = [decide.approve, decide.reject, decide.cancel, decide.retry].some(
    ({ isPending }) => isPending,
  );
  const forget = () => {
    setHint(null);
    for (const one of [decide.approve, decide.reject, decide.cancel, decide.retry]) one.reset();
  };

  function approve() {
    if (busy) return;
    forget();
    if (shown.elsewhere) {
      setHint(t('actions.lookFirst'));
    } else if (needed.length > 0) {
      setHint(t('actions.tickFirst'));
      card.current?.querySelector<HTMLElement>(`[data-confirm="${needed[0]?.code}"]`)?.focus();
    } else {
      // What was shown is named, and which of its warnings were ticked; nothing else decides.
      decide.approve.mutate({ hash: action.hash, confirm: [...ticked] });
    }
  }

  function cancel() {
    forget();
    decide.cancel.mutate();
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    // Keys in the dialogs of this card come here too, although they are drawn elsewhere.
    if (!event.currentTarget.contains(event.target as Node)) return;
    if (!undecided || event.repeat || !matchesKeys(event.nativeEvent, 'mod+enter')) return;
    event.preventDefault();
    if (isSeen()) approve();
    else {
      showUnseen();
      setHint(t('actions.notSeen'));
    }
  }

  const Icon = KIND_ICONS[action.kind];
  const title = titleOf(action) || t(`actions.untitled.${action.kind}`);
  return (
    <section
      ref={card}
      aria-label={t('actions.cardLabel', { kind: t(`actions.kind.${action.kind}`), title })}
      onKeyDown={onKeyDown}
      className="rounded-2xl border bg-surface shadow-sm"
    >
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-3 sm:px-5">
        <Icon className="size-4 shrink-0 text-ink-3" aria-hidden />
        <p className="min-w-0 flex-1 text-base text-ink-2">
          {t(`actions.kind.${action.kind}`)} · <Account via={action.via} />
        </p>
        <StateChip status={action.status} />
      </header>
      {moves.includes('undo') && (
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b bg-accent-soft px-4 py-2.5 sm:px-5">
          <p role="timer" className="font-medium text-accent-text text-base">
            <Countdown action={action} />
          </p>
          <Button className="max-md:h-11" busy={decide.cancel.isPending} onClick={cancel}>
            {t('actions.undo')}
          </Button>
        </div>
      )}
      <div className="space-y-4 p-4 sm:p-5">
        <Outcome action={action} />
        <WaitsFor action={action} />
        {failure != null && <Refusal error={failure} />}
        {shown.elsewhere && (
          <Notice role="alert" tone="warn" title={t('actions.changedTitle')} text={t('actions.changedText')}>
            {undecided && (
              <Button
                size="sm"
                className="mt-3 max-md:h-10"
                onClick={() => {
                  forget();
                  shown.acknowledge();
                }}
              >
                {t('actions.changedSeen')}
              </Button>
            )}
          </Notice>
        )}
        {shown.changes.length > 0 && <Changes changes={shown.changes} title={t('actions.whatChanged')} />}
        <div ref={content} data-testid="action-content">
          {Object.keys(action.preview).length === 0 ? (
            <DraftView action={action} onUse={action.status === 'draft' ? setTaken : undefined} />
          ) : (
            <ActionPreview action={action} />
          )}
        </div>
        <EvidenceList action={action} />
        {undecided && <GoesOutAt action={action} />}
        <Warnings
          warnings={action.warnings}
          ticked={ticked}
          linked={action.created_by === me}
          onTick={
            undecided
              ? (code, on) => {
                  setHint(null);
                  setTicks({
                    hash: action.hash,
                    codes: on ? [...ticked, code] : ticked.filter((one) => one !== code),
                  });
                }
              : undefined
          }
        />
      </div>
      {moves.some((move) => move !== 'undo') && (
        <footer className="border-t px-4 py-3.5 sm:px-5">
          <div className="flex flex-wrap items-center gap-2">
            {undecided && (
              <Button
                variant="primary"
                className="max-md:h-11"
                busy={decide.approve.isPending}
                disabled={shown.elsewhere || needed.length > 0}
                aria-keyshortcuts="Control+Enter"
                onClick={approve}
              >
                {t('actions.approve')}
              </Button>
            )}
            <Others
              moves={moves}
              draft={action.status === 'draft'}
              busy={decide.cancel.isPending}
              onEdit={() => setOpen('edit')}
              onReject={() => setOpen('reject')}
              onCancel={cancel}
            />
            {undecided && (
              <span className="ml-auto flex items-center gap-1.5 text-ink-3 text-sm max-md:hidden">
                {t('actions.approve')} <Kbd keys="mod+enter" />
              </span>
            )}
          </div>
          {moves.includes('retry') && (
            <Retry
              status={action.status}
              busy={decide.retry.isPending}
              onRetry={(confirm) => {
                forget();
                decide.retry.mutate(confirm);
              }}
            />
          )}
          <p role="status" className="text-pretty text-base text-warn [&:not(:empty)]:mt-2.5">
            {hint ?? (needed.length > 0 && undecided ? t('actions.tickFirst') : null)}
          </p>
          {undecided && (
            <p className="mt-2.5 text-pretty text-ink-3 text-sm">
              {t('actions.approveHint', { time: formatMoment(action.expires_at) })}
            </p>
          )}
        </footer>
      )}
      {(open === 'edit' || taken) && (
        <Editor
          action={taken ? withSuggestion(action, taken) : action}
          save={decide.edit.mutateAsync}
          onSaved={(after) => {
            forget();
            shown.edited(after);
          }}
          onClose={() => {
            setOpen(null);
            setTaken(null);
          }}
        />
      )}
      {open === 'reject' && (
        <RejectDialog
          reject={async (reason) => {
            forget();
            await decide.reject.mutateAsync(reason);
          }}
          onClose={() => setOpen(null)}
        />
      )}
    </section>
  );
}

function Account({ via }: { via: string }) {
  const { t } = useTranslation();
  const way = useWays().data?.find((one) => one.via === via);
  if (way) return <span className="break-words">{way.address ?? way.name}</span>;
  return via === 'smtp' ? t('actions.viaSmtp') : t('actions.viaAccount');
}

/** What the server says to a decision that did not count. */
function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const decided = !isApiError(error) || error.status !== 409;
  return (
    <Notice
      role="alert"
      tone="danger"
      title={t(decided ? 'actions.failedTitle' : 'actions.nothingDecided')}
      text={textOf(error)}
    />
  );
}

interface OthersProps {
  moves: readonly ActionMove[];
  draft: boolean;
  busy: boolean;
  onEdit: () => void;
  onReject: () => void;
  onCancel: () => void;
}

function Others({ moves, draft, busy, onEdit, onReject, onCancel }: OthersProps): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {moves.includes('edit') && (
        <Button variant={draft ? 'primary' : undefined} className="max-md:h-11" onClick={onEdit}>
          {t(draft ? 'actions.complete' : 'actions.edit')}
        </Button>
      )}
      {moves.includes('reject') && (
        <Button className="max-md:h-11" onClick={onReject}>
          {t('actions.reject')}
        </Button>
      )}
      {moves.includes('withdraw') && (
        <Button variant="ghost" className="max-md:h-11" busy={busy} onClick={onCancel}>
          {t('actions.withdraw')}
        </Button>
      )}
    </>
  );
}

/** Whose word is missing beside the reader's own. */
function WaitsFor({ action: { waiting_for, approvals } }: { action: Action }) {
  const { t } = useTranslation();
  const { id: me } = useUser();
  const others = waiting_for.filter(({ user_id }) => user_id !== me);
  if (others.length === 0) return null;
  const nameOf = (name: string | null) => name ?? t('actions.actor.gone');
  return (
    <Notice
      tone="plain"
      text={[
        t('actions.waitsFor', { people: others.map(({ name }) => nameOf(name)).join(', ') }),
        approvals.length > 0 &&
          t('actions.approvedBy', { people: approvals.map(({ name }) => nameOf(name)).join(', ') }),
      ]
        .filter(Boolean)
        .join(' ')}
    />
  );
}

/** How it ended, where that needs more than a word. */
function Outcome({ action: { status, reason } }: { action: Action }) {
  const { t } = useTranslation();
  switch (status) {
    case 'failed':
      return <Notice tone="danger" title={t('actions.failedOutcome')} text={reason?.message} />;
    case 'unknown':
      return <Notice tone="warn" title={t('actions.unknownTitle')} text={t('actions.unknownText')} />;
    case 'scheduled':
      return reason ? <Notice tone="plain" text={reason.message} /> : null;
    default:
      return null;
  }
}
