import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame, TEXT_AREA } from '@/components/FieldFrame';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import type { Answered } from '@/services/previews';
import type { Reply } from '@/services/types';
import { type MailDraft, type Payload, payloadOfMail, type Wanted } from '@/utils/actionDrafts';
import { fromLocal, toLocal } from '@/utils/localTime';
import { isComplete } from '@/utils/mailboxes';
import { AnsweredMail } from '../previews/AnsweredMail';
import { UseTemplate } from '../templates/UseTemplate';
import { Warnings } from '../Warnings';
import { AttachmentsField } from './AttachmentsField';
import { EditorFrame, type EditorProps } from './EditorFrame';
import { RecipientsField } from './RecipientsField';
import { useSubmission } from './useSubmission';

interface MailEditorProps extends EditorProps {
  title: string;
  action: string;
  initial: MailDraft;
  before?: Payload;
  /** The answer that it begins with. */
  begun?: Reply;
  /** The mail that it answers. */
  answered?: Answered | undefined;
  scheduleAt?: string | null;
  submit: (wanted: Wanted) => Promise<unknown>;
}

const FIELDS = [
  ...['payload.to', 'payload.cc', 'payload.bcc', 'payload.subject', 'payload.text', 'payload.attachments'],
  'payload.in_reply_to',
  'payload.html',
  ...['via', 'schedule_at'],
];

/** Writes a mail. What it holds is sent nowhere before it was approved. */
export function MailEditor({
  initial,
  before,
  begun,
  answered = begun?.in_reply_to,
  scheduleAt = null,
  submit,
  ...frame
}: MailEditorProps) {
  const { t } = useTranslation();
  const [mail, setMail] = useState(initial);
  const [copies, setCopies] = useState(initial.cc.length + initial.bcc.length > 0);
  const [via, setVia] = useState(frame.fixedVia ?? begun?.via ?? frame.ways[0]?.via ?? '');
  const [sendAt, setSendAt] = useState(() => toLocal(scheduleAt));
  const [pressed, setPressed] = useState(false);
  const { busy, failure, problemAt, run } = useSubmission(submit, FIELDS);
  const put = (changed: Partial<MailDraft>) => setMail((old) => ({ ...old, ...changed }));
  const everybody = [...mail.to, ...mail.cc, ...mail.bcc];
  const nobody = everybody.length === 0;

  function onSubmit() {
    setPressed(true);
    if (nobody || !everybody.every(isComplete)) return;
    void run({ payload: payloadOfMail(mail, before), via, schedule_at: fromLocal(sendAt) });
  }

  return (
    <EditorFrame
      {...frame}
      busy={busy}
      failure={failure}
      via={via}
      onVia={setVia}
      viaError={problemAt('via')}
      sendAt={sendAt}
      onSendAt={setSendAt}
      sendAtError={problemAt('schedule_at')}
      onSubmit={onSubmit}
    >
      {answered && (
        <p className="text-base">
          <span className="text-ink-3">{t('actions.fields.in_reply_to')}</span> <AnsweredMail of={answered} />
        </p>
      )}
      {begun && <Warnings warnings={begun.warnings} ticked={[]} />}
      <FormError message={problemAt('payload.in_reply_to') ?? null} />
      <div>
        <RecipientsField
          label={t('actions.fields.to')}
          value={mail.to}
          onChange={(to) => put({ to })}
          error={problemAt('payload.to') ?? (pressed && nobody ? t('actions.nobody') : undefined)}
          autoFocus={initial.to.length === 0}
        />
        {!copies && (
          <Button variant="link" size="bare" className="mt-1.5 text-sm" onClick={() => setCopies(true)}>
            {t('actions.addCopies')}
          </Button>
        )}
      </div>
      {copies && (
        <>
          <RecipientsField
            label={t('actions.fields.cc')}
            value={mail.cc}
            onChange={(cc) => put({ cc })}
            error={problemAt('payload.cc')}
          />
          <RecipientsField
            label={t('actions.fields.bcc')}
            value={mail.bcc}
            onChange={(bcc) => put({ bcc })}
            error={problemAt('payload.bcc')}
          />
        </>
      )}
      <UseTemplate
        kind="email"
        onUse={({ subject, text }) => put({ subject: subject ?? mail.subject, text })}
      />
      <FormField
        label={t('actions.fields.subject')}
        value={mail.subject}
        maxLength={998}
        onChange={(event) => put({ subject: event.target.value })}
        error={problemAt('payload.subject')}
      />
      <FieldFrame
        label={t('actions.fields.text')}
        hint={before?.html ? t('actions.losesFormat') : undefined}
        error={problemAt('payload.text') ?? problemAt('payload.html')}
      >
        {(given) => (
          <textarea
            {...given}
            rows={8}
            value={mail.text}
            onChange={(event) => put({ text: event.target.value })}
            className={TEXT_AREA}
          />
        )}
      </FieldFrame>
      <AttachmentsField
        value={mail.attachments}
        onChange={(attachments) => put({ attachments })}
        error={problemAt('payload.attachments')}
      />
    </EditorFrame>
  );
}
