import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FormError } from '@/components/FormError';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { useErrorText } from '@/hooks/useErrorText';

interface ConfirmActionProps {
  title: string;
  description: string;
  action: string;
  variant?: 'danger' | 'primary';
  /** Does it; the question goes when it is done, and says why when the server refuses. */
  run: () => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}

/** Asks first, then shows what the server says to it in the same place. */
export function ConfirmAction({
  title,
  description,
  action,
  variant = 'danger',
  run,
  onClose,
  children,
}: ConfirmActionProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const doing = useMutation({ mutationFn: run, onSuccess: onClose });
  return (
    <Dialog open onOpenChange={onClose} title={title} description={description}>
      <div className="space-y-3 px-5 pt-3 empty:hidden">
        {children}
        <FormError message={doing.isError ? textOf(doing.error) : null} />
      </div>
      <footer className="flex justify-end gap-2 p-5 pt-4">
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button variant={variant} busy={doing.isPending} onClick={() => doing.mutate()}>
          {action}
        </Button>
      </footer>
    </Dialog>
  );
}
