import type { ReactNode } from 'react';
import { Toaster } from 'sonner';
import { useTheme } from '@/hooks/useTheme';

/** Where notices appear, on every signed-in page; also those that were told before it stood. */
export default function Notices(): ReactNode {
  const theme = useTheme();

  return (
    <Toaster
      theme={theme}
      position="bottom-center"
      gap={8}
      offset={{ bottom: 'calc(var(--toast-room, 0px) + 1.5rem)' }}
      mobileOffset={{ bottom: 'calc(var(--toast-room, 0px) + 1rem)' }}
      toastOptions={{
        classNames: {
          toast: '!rounded-xl !border-line !bg-surface !text-ink !shadow-lg !font-sans !text-[0.875rem]',
          description: '!text-ink-2',
          actionButton: '!bg-accent !text-on-accent',
          error: '[&_[data-icon]]:!text-danger',
          success: '[&_[data-icon]]:!text-ok',
        },
      }}
    />
  );
}
