import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FieldFrame, TEXT_AREA } from '@/components/FieldFrame';
import { FormDialog } from '@/components/FormDialog';
import { useChatConfig } from '@/hooks/useChatConfig';
import { useRateMessage } from '@/hooks/useConversation';
import { useErrorText } from '@/hooks/useErrorText';
import type { FeedbackReason, Message } from '@/services/types';

const REASONS = [
  'wrong',
  'out_of_date',
  'missing',
  'wrong_document',
  'other',
] as const satisfies readonly FeedbackReason[];
const MAX_COMMENT_CHARS = 2000;

/** Asks why an answer that was called bad is bad; closing it leaves it called so. */
export default function FeedbackDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const id = useId();
  const rate = useRateMessage(message.conversation_id);
  const config = useChatConfig();
  const [chosen, setChosen] = useState<readonly FeedbackReason[]>([]);
  const [comment, setComment] = useState('');
  const toggle = (reason: FeedbackReason) =>
    setChosen(chosen.includes(reason) ? chosen.filter((item) => item !== reason) : [...chosen, reason]);
  const send = () =>
    void rate
      .mutateAsync({ id: message.id, value: 'down', reasons: [...chosen], comment: comment.trim() || null })
      .then(
        () => {
          toast.success(t('feedback.sent'));
          onClose();
        },
        () => undefined, // the dialog says it
      );
  return (
    <FormDialog
      title={t('feedback.title')}
      description={t('feedback.text')}
      action={t('feedback.send')}
      busy={rate.isPending}
      failure={rate.error ? textOf(rate.error) : null}
      onSubmit={send}
      onClose={onClose}
    >
      <fieldset aria-labelledby={`${id}-why`}>
        <legend id={`${id}-why`} className="mb-1 font-medium text-sm">
          {t('feedback.reasonsLabel')}
        </legend>
        {REASONS.map((reason) => (
          <label
            key={reason}
            className="-mx-2 flex min-h-8 cursor-pointer items-center gap-2.5 rounded-md px-2 text-base hover:bg-hover has-focus-visible:bg-hover max-md:min-h-10"
          >
            <input
              type="checkbox"
              checked={chosen.includes(reason)}
              onChange={() => toggle(reason)}
              className="size-4 shrink-0 accent-accent"
            />
            {t(`feedback.reasons.${reason}`)}
          </label>
        ))}
      </fieldset>
      <FieldFrame
        label={t('feedback.comment')}
        hint={config.data && t(config.data.admins_see_questions ? 'feedback.read' : 'feedback.unread')}
      >
        {(given) => (
          <textarea
            {...given}
            rows={3}
            maxLength={MAX_COMMENT_CHARS}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
            className={TEXT_AREA}
          />
        )}
      </FieldFrame>
    </FormDialog>
  );
}
