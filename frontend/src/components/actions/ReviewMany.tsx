import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame, TEXT_AREA } from '@/components/FieldFrame';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Notice } from '@/components/ui/Notice';
import { useUser } from '@/contexts/AuthContext';
import { useDecideMany } from '@/hooks/useActionDecisions';
import { useErrorText } from '@/hooks/useErrorText';
import type { Action, ItemDecided } from '@/services/types';
import { recipientsOf, titleOf } from '@/utils/actionTexts';
import { randomId } from '@/utils/randomId';
import { GoesOutAt } from './GoesOutAt';
import { ActionPreview } from './previews/ActionPreview';
import { StateChip } from './StateChip';
import { Warnings } from './Warnings';

interface ReviewManyProps {
  decision: 'approve' | 'reject';
  /** As they were when this was opened: what is shown here is what is decided on, each by its hash. */
  actions: readonly Action[];
  onDone: () => void;
  onClose: () => void;
}

const MAX_REASON_CHARS = 500;

/** Shows each of many exactly as it will leave, and only then decides on all of them. Closing it decides nothing. */
export default function ReviewMany({ decision, actions: given, onDone, onClose }: ReviewManyProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const { id: me } = useUser();
  const [actions] = useState(given);
  const [key] = useState(randomId);
  const [ticks, setTicks] = useState<Readonly<Record<string, readonly string[]>>>({});
  const [reason, setReason] = useState('');
  const [outcomes, setOutcomes] = useState<readonly ItemDecided[] | null>(null);
  const decide = useDecideMany();

  const ticked = (id: string) => ticks[id] ?? [];
  const needed =
    decision === 'approve'
      ? actions.flatMap(({ id, warnings }) =>
          warnings.filter(({ confirm, code }) => confirm && !ticked(id).includes(code)),
        ).length
      : 0;

  function submit() {
    if (needed > 0 || decide.isPending) return;
    const items = actions.map(({ id, hash }) => ({
      id,
      hash,
      confirm: decision === 'approve' ? [...ticked(id)] : [],
    }));
    const decisions = { decision, items, reason: reason.trim() || null };
    decide
      .mutateAsync({ decisions, key })
      .then(({ items }) => {
        setOutcomes(items);
        onDone();
      })
      .catch(() => undefined);
  }

  if (outcomes) return <Outcomes actions={actions} outcomes={outcomes} onClose={onClose} />;
  const count = actions.length;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t(`actions.many.title.${decision}`, { count })}
      description={t(`actions.many.text.${decision}`)}
      placement="wide"
    >
      {/* No form: Enter in a box must not decide on many that were not looked at. */}
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto px-5 py-3 outline-none focus-visible:outline-2 focus-visible:outline-accent focus-visible:-outline-offset-2"
      >
        <ol aria-label={t('actions.many.list')} className="space-y-3">
          {actions.map((action) => (
            <li key={action.id} className="space-y-3 rounded-xl border p-4">
              <p className="break-words font-medium">
                {titleOf(action) || t(`actions.untitled.${action.kind}`)}
              </p>
              <ActionPreview action={action} />
              <GoesOutAt action={action} />
              <Warnings
                warnings={action.warnings}
                ticked={ticked(action.id)}
                linked={action.created_by === me}
                onTick={
                  decision === 'approve'
                    ? (code, on) =>
                        setTicks((old) => ({
                          ...old,
                          [action.id]: on
                            ? [...(old[action.id] ?? []), code]
                            : (old[action.id] ?? []).filter((one) => one !== code),
                        }))
                    : undefined
                }
              />
            </li>
          ))}
        </ol>
        {decision === 'reject' && (
          <div className="mt-4">
            <FieldFrame label={t('actions.reason')} hint={t('actions.reasonHint')}>
              {(field) => (
                <textarea
                  {...field}
                  rows={2}
                  maxLength={MAX_REASON_CHARS}
                  value={reason}
                  onChange={(event) => setReason(event.target.value)}
                  className={TEXT_AREA}
                />
              )}
            </FieldFrame>
          </div>
        )}
      </div>
      <footer className="border-t px-5 py-3.5">
        {decide.isError && (
          <div className="mb-3">
            <Notice role="alert" tone="danger" title={t('actions.failedTitle')} text={textOf(decide.error)} />
          </div>
        )}
        <div className="flex flex-wrap items-center justify-end gap-2">
          <p role="status" className="mr-auto text-pretty text-base text-warn">
            {needed > 0 ? t('actions.many.tickFirst', { count: needed }) : null}
          </p>
          <Button className="max-md:h-11" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            variant={decision === 'approve' ? 'primary' : 'danger'}
            className="max-md:h-11"
            disabled={needed > 0}
            busy={decide.isPending}
            onClick={submit}
          >
            {t(`actions.many.button.${decision}`, { count })}
          </Button>
        </div>
      </footer>
    </Dialog>
  );
}

interface OutcomesProps {
  actions: readonly Action[];
  outcomes: readonly ItemDecided[];
  onClose: () => void;
}

/** What became of each, and why where it did not count. */
function Outcomes({ actions, outcomes, onClose }: OutcomesProps) {
  const { t } = useTranslation();
  const count = outcomes.filter(({ action }) => action).length;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('actions.many.doneTitle')}
      description={t('actions.many.doneText', { count, all: outcomes.length })}
      placement="wide"
    >
      <ul
        aria-label={t('actions.many.doneTitle')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 divide-y overflow-y-auto px-5 py-2"
      >
        {outcomes.map(({ id, action, problem }, at) => {
          const shown = action ?? actions[at];
          return (
            <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 py-3">
              <div className="min-w-0 flex-1 basis-48 text-base">
                <p className="break-words font-medium">
                  {shown && (titleOf(shown) || t(`actions.untitled.${shown.kind}`))}
                </p>
                <p className="break-words text-ink-2">{shown && recipientsOf(shown).join(', ')}</p>
                {problem && (
                  <p className="break-words text-danger">
                    {t('actions.nothingDecided')}: {problem.detail}
                    {problem.errors?.map(({ message }) => ` ${message}`)}
                  </p>
                )}
              </div>
              {action && <StateChip status={action.status} />}
            </li>
          );
        })}
      </ul>
      <footer className="flex justify-end border-t px-5 py-3.5">
        <Button variant="primary" className="max-md:h-11" onClick={onClose}>
          {t('common.close')}
        </Button>
      </footer>
    </Dialog>
  );
}
