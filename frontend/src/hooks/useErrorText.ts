import { useTranslation } from 'react-i18next';
import { ApiError } from '@/services/problem';

const LONG_WAIT_SECONDS = 90;

/** What to tell a person about a failure. The server's sentences are made for people; the rest is worded here. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t('errors.unexpected');
    switch (error.code) {
      case 'offline':
        return t('errors.offline');
      case 'unreadable':
        return t('errors.unreadable', { status: error.status });
      case 'rate_limited':
        if (error.retryAfterSeconds === undefined) return error.message;
        return error.retryAfterSeconds > LONG_WAIT_SECONDS
          ? t('errors.rateLimitedMinutes', { count: Math.ceil(error.retryAfterSeconds / 60) })
          : t('errors.rateLimited', { count: Math.ceil(error.retryAfterSeconds) });
      default:
        return error.message;
    }
  };
}
