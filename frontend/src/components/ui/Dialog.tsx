import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/utils/cn';
import { Button } from './Button';

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  /** `center` for questions, `wide` for forms, `side` for details beside the page, `left` for the phone's navigation. */
  placement?: 'center' | 'wide' | 'side' | 'left';
  /** Only its own buttons close it, neither Esc nor a click beside it: what it holds would be lost. */
  persistent?: boolean;
  hideHeader?: boolean;
  className?: string;
  children: ReactNode;
}

const PLACES = {
  center:
    'left-1/2 top-[max(1rem,18dvh)] w-[min(calc(100vw-2rem),28rem)] -translate-x-1/2 rounded-2xl border animate-rise max-h-[76dvh]',
  wide: 'left-1/2 top-[max(1rem,8dvh)] w-[min(calc(100vw-2rem),34rem)] -translate-x-1/2 rounded-2xl border animate-rise max-h-[min(calc(100dvh-2rem),86dvh)]',
  side: 'right-0 top-0 h-dvh w-[min(100vw,26rem)] border-l animate-slide',
  left: 'left-0 top-0 h-dvh w-[min(86vw,18rem)] border-r animate-in',
} as const;

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  placement = 'center',
  hideHeader = false,
  persistent = false,
  className,
  children,
}: DialogProps) {
  const { t } = useTranslation();
  const opener = useRef<Element | null>(null);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-in bg-overlay" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            // Radix gives the focus back to its own trigger only, and there is none here.
            event.preventDefault();
            if (opener.current instanceof HTMLElement) opener.current.focus();
          }}
          onInteractOutside={persistent ? (event) => event.preventDefault() : undefined}
          onEscapeKeyDown={persistent ? (event) => event.preventDefault() : undefined}
          className={cn(
            'fixed z-50 flex flex-col bg-surface shadow-lg outline-none',
            PLACES[placement],
            className,
          )}
        >
          <header
            className={cn('flex items-start justify-between gap-4 px-5 pt-4 pb-1', hideHeader && 'sr-only')}
            data-testid="dialog-header"
          >
            <div>
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description && (
                <Radix.Description className="mt-1 text-base text-ink-2">{description}</Radix.Description>
              )}
            </div>
            {!persistent && (
              <Radix.Close asChild>
                <Button variant="ghost" size="icon" aria-label={t('common.close')} className="-mr-2">
                  <X aria-hidden />
                </Button>
              </Radix.Close>
            )}
          </header>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: string;
  action: string;
  busy?: boolean;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ action, busy, onConfirm, ...rest }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog {...rest}>
      <footer className="flex justify-end gap-2 p-5 pt-4">
        <Button onClick={() => rest.onOpenChange(false)}>{t('common.cancel')}</Button>
        <Button variant="danger" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </footer>
    </Dialog>
  );
}
