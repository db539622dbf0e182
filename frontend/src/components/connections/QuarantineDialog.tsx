import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormDialog } from '@/components/FormDialog';
import { useDecideQuarantine } from '@/hooks/useConnections';
import { useErrorText } from '@/hooks/useErrorText';
import type { Connection } from '@/services/types';
import { formatNumber } from '@/utils/format';

const DECISIONS = ['keep', 'delete'] as const;
type Decision = (typeof DECISIONS)[number];

interface QuarantineDialogProps {
  connection: Connection;
  source: string;
  onClose: () => void;
}

/** Much is no longer at the source: a person says whether that is meant. */
export function QuarantineDialog({ connection, source, onClose }: QuarantineDialogProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const name = useId();
  const [decision, setDecision] = useState<Decision>('keep');
  const decide = useDecideQuarantine(connection.id);
  const hidden = connection.items.hidden ?? 0;
  const { indexed = 0, skipped = 0, failed = 0 } = connection.items;
  const known = hidden + indexed + skipped + failed;
  const submit = () =>
    decide.mutateAsync(decision).then(
      () => {
        toast.success(t(`connections.decided.${decision}`, { count: hidden }));
        onClose();
      },
      () => undefined, // shown in the form
    );
  return (
    <FormDialog
      title={t('connections.decideTitle')}
      description={t('connections.decideText', {
        hidden: formatNumber(hidden),
        known: formatNumber(known),
        source,
      })}
      action={t(`connections.decisions.${decision}`, { count: hidden })}
      variant={decision === 'delete' ? 'danger' : 'primary'}
      busy={decide.isPending}
      failure={decide.isError ? textOf(decide.error) : null}
      onSubmit={submit}
      onClose={onClose}
    >
      <fieldset className="divide-y rounded-xl border">
        <legend className="sr-only">{t('connections.decideTitle')}</legend>
        {DECISIONS.map((one) => (
          <label
            key={one}
            className="flex cursor-pointer items-start gap-3 px-3.5 py-2.5 text-base hover:bg-hover has-focus-visible:bg-hover"
          >
            <input
              type="radio"
              name={name}
              checked={decision === one}
              onChange={() => setDecision(one)}
              className="mt-[0.1875rem] size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0">
              <span className="block font-medium">
                {t(`connections.decisions.${one}`, { count: hidden })}
              </span>
              <span className="block text-pretty text-ink-2 text-sm">
                {t(`connections.decisionsText.${one}`, { source })}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}
