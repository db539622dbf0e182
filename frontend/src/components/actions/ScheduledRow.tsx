import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '@/components/ui/Button';
import { useActionDecisions } from '@/hooks/useActionDecisions';
import { useErrorText } from '@/hooks/useErrorText';
import type { Action } from '@/services/types';
import { movesOf } from '@/utils/actionMoves';
import { ActionRow } from './ActionRow';
import { Countdown } from './Countdown';

/** What was approved and has not left: when it does, and the way back. */
export function ScheduledRow({ action }: { action: Action }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const { cancel } = useActionDecisions(action.id);
  const undo = () =>
    void cancel
      .mutateAsync()
      .catch((error) => toast.error(t('actions.nothingDecided'), { description: textOf(error) }));
  return (
    <ActionRow
      action={action}
      note={<Countdown action={action} />}
      button={
        movesOf(action).includes('undo') && (
          <Button size="sm" className="max-md:h-10" busy={cancel.isPending} onClick={undo}>
            {t('actions.undo')}
          </Button>
        )
      }
    />
  );
}
