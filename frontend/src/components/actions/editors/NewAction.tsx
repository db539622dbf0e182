import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { toast } from 'sonner';
import { ErrorMessage } from '@/components/ErrorMessage';
import { LoadingIndicator } from '@/components/LoadingIndicator';
import { buttonStyles } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { useProposeAction, useProposeSeparately } from '@/hooks/useActionDecisions';
import { useWays } from '@/hooks/useActions';
import { failureOf } from '@/services/queries';
import type { Action, ActionKind, Reply } from '@/services/types';
import { eventFrom, mailBegun, mailFrom, messageFrom, type Wanted } from '@/utils/actionDrafts';
import { ownZone } from '@/utils/localTime';
import { randomId } from '@/utils/randomId';
import { Tick } from './EditorFrame';
import { EventEditor } from './EventEditor';
import { MailEditor } from './MailEditor';
import { MessageEditor } from './MessageEditor';

interface NewActionProps {
  kind: ActionKind;
  /** What was typed already. */
  typed?: string;
  /** Of a message: the thread that it answers. */
  answering?: { channel: string; ts: string };
  /** An answer that was begun; of mails alone. */
  begun?: Reply | undefined;
  onProposed: (made: Action) => void;
  onClose: () => void;
}

/** Writes something new and proposes it; then it waits for an approval. */
export default function NewAction({
  kind,
  typed = '',
  answering,
  begun,
  onProposed,
  onClose,
}: NewActionProps) {
  const { t } = useTranslation();
  const ways = useWays(kind);
  const navigate = useNavigate();
  const propose = useProposeAction();
  const proposeEach = useProposeSeparately();
  const [separately, setSeparately] = useState(false);
  // The same content is proposed once, also when its answer got lost; other content is another proposal.
  const [sent, setSent] = useState({ content: '', key: '' });
  const failure = failureOf(ways);
  const title = begun ? t('actions.replyTitle') : t(`actions.newTitle.${kind}`);

  if (failure || !ways.data || ways.data.length === 0) {
    return (
      <Dialog open onOpenChange={onClose} title={title}>
        <div className="px-5 pt-2 pb-5">
          {failure ? (
            <ErrorMessage
              title={t('actions.waysErrorTitle')}
              error={failure}
              layout="inline"
              onRetry={() => void ways.refetch()}
            />
          ) : ways.data ? (
            <>
              <p className="text-pretty text-base text-ink-2">{t(`actions.noWay.${kind}`)}</p>
              <Link
                to="/connections#acting"
                onClick={onClose}
                className={buttonStyles({ variant: 'primary', className: 'mt-4' })}
              >
                {t('actions.connectAccount')}
              </Link>
            </>
          ) : (
            <LoadingIndicator className="h-24" />
          )}
        </div>
      </Dialog>
    );
  }

  async function submit(wanted: Wanted) {
    const content = JSON.stringify([separately, wanted]);
    const key = content === sent.content ? sent.key : randomId();
    setSent({ content, key });
    const given = { kind, ...wanted };
    if (!separately) {
      onProposed(await propose.mutateAsync({ given, key }));
      return;
    }
    const { items } = await proposeEach.mutateAsync({ given, key });
    for (const { address, problem } of items) {
      if (problem) toast.error(t('actions.notFor', { address }), { description: problem.detail });
    }
    toast.success(t('actions.forEach', { count: items.filter(({ action }) => action).length }));
    onClose();
    void navigate('/actions');
  }

  const given = { title, action: t('actions.propose'), ways: ways.data, submit, onClose };
  switch (kind) {
    case 'email':
      return begun ? (
        <MailEditor {...given} initial={mailBegun(begun)} before={begun.payload} begun={begun} />
      ) : (
        <MailEditor
          {...given}
          initial={mailFrom(typed)}
          extra={
            <div>
              <Tick label={t('actions.separately')} checked={separately} onChange={setSeparately} />
              {separately && (
                <p className="mt-1 text-pretty text-ink-3 text-sm">
                  {t('actions.separatelyHint', { places: '{{name}}, {{first_name}}, {{address}}' })}
                </p>
              )}
            </div>
          }
        />
      );
    case 'calendar':
      return <EventEditor {...given} initial={eventFrom(typed, ownZone())} />;
    case 'slack':
      return <MessageEditor {...given} initial={messageFrom(typed, answering)} />;
  }
}
