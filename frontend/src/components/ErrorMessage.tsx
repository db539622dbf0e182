import { RotateCw, TriangleAlert, WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '@/hooks/useErrorText';
import { isApiError } from '@/services/problem';
import { cn } from '@/utils/cn';
import { Button } from './ui/Button';

interface ErrorMessageProps {
  title: string;
  error: unknown;
  onRetry?: () => void;
  /** `page` fills the place of the content; `inline` stands within it. */
  layout?: 'page' | 'inline';
  children?: ReactNode;
}

/** Says what happened and offers to try again. */
export function ErrorMessage({ title, error, onRetry, layout = 'page', children }: ErrorMessageProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const Icon = isApiError(error, 'offline') ? WifiOff : TriangleAlert;
  const requestId = isApiError(error) && error.status >= 500 ? error.requestId : undefined;
  const page = layout === 'page';
  return (
    <div
      role="alert"
      className={cn(
        page
          ? 'mx-auto flex max-w-md animate-rise flex-col items-center px-6 py-16 text-center'
          : 'flex animate-rise items-start gap-3 rounded-xl border border-line bg-danger-soft p-4',
      )}
    >
      <span
        className={cn(
          'grid shrink-0 place-items-center text-danger',
          page && 'mb-4 size-11 rounded-xl border border-line bg-danger-soft',
        )}
      >
        <Icon className={page ? 'size-5' : 'mt-0.5 size-4'} strokeWidth={1.75} aria-hidden />
      </span>
      <div className="min-w-0">
        <p className={cn('font-semibold', page && 'text-lg')}>{title}</p>
        <p className={cn('text-pretty text-base text-ink-2', page ? 'mt-1.5' : 'mt-0.5')}>{textOf(error)}</p>
        {requestId && (
          <p className="mt-2 font-mono text-2xs text-ink-3">{t('errors.requestId', { id: requestId })}</p>
        )}
        {(onRetry || children) && (
          <div className={cn('flex flex-wrap gap-2', page ? 'mt-5 justify-center' : 'mt-3')}>
            {onRetry && (
              <Button onClick={onRetry} size={page ? 'md' : 'sm'}>
                <RotateCw aria-hidden />
                {t('common.retry')}
              </Button>
            )}
            {children}
          </div>
        )}
      </div>
    </div>
  );
}
