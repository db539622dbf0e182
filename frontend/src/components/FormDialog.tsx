import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FormError } from '@/components/FormError';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';

interface FormDialogProps {
  title: string;
  description?: string;
  action: string;
  variant?: 'primary' | 'danger';
  wide?: boolean;
  /** Neither Esc nor a click beside it closes it: what was typed would be lost. */
  persistent?: boolean;
  busy: boolean;
  failure: string | null;
  onSubmit: () => void;
  onClose: () => void;
  children?: ReactNode;
}

/** A form over the page; what the server refuses is said in it. */
export function FormDialog({
  title,
  description,
  action,
  variant = 'primary',
  wide = false,
  persistent = false,
  busy,
  failure,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) {
  const { t } = useTranslation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onSubmit();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={description}
      placement={wide ? 'wide' : 'center'}
      persistent={persistent}
    >
      <form onSubmit={submit} noValidate className="flex min-h-0 flex-col">
        <div className="min-h-0 space-y-4 overflow-y-auto px-5 pt-3 pb-1">
          {children}
          <FormError message={failure} />
        </div>
        <footer className="flex flex-wrap justify-end gap-2 p-5 pt-4">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant={variant} busy={busy}>
            {action}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
