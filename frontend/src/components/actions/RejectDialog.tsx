import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame, TEXT_AREA } from '@/components/FieldFrame';
import { FormDialog } from '@/components/FormDialog';

interface RejectDialogProps {
  /** What the server refuses is said at the card. */
  reject: (reason: string | null) => Promise<void>;
  onClose: () => void;
}

const MAX_REASON_CHARS = 500;

/** Says no, with a reason or without. */
export function RejectDialog({ reject, onClose }: RejectDialogProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  return (
    <FormDialog
      title={t('actions.rejectTitle')}
      description={t('actions.rejectText')}
      action={t('actions.reject')}
      variant="danger"
      busy={busy}
      failure={null}
      onSubmit={() => {
        setBusy(true);
        reject(reason.trim() || null)
          .catch(() => undefined)
          .finally(onClose);
      }}
      onClose={onClose}
    >
      <FieldFrame label={t('actions.reason')} hint={t('actions.reasonHint')}>
        {(given) => (
          <textarea
            {...given}
            rows={3}
            maxLength={MAX_REASON_CHARS}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            className={TEXT_AREA}
          />
        )}
      </FieldFrame>
    </FormDialog>
  );
}
