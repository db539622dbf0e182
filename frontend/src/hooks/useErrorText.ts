import { useTranslation } from 'react-i18next';
import { ApiError } from '@/services/problem';

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
        return error.retryAfterSeconds === undefined
          ? error.message
          : t('errors.rateLimited', { count: Math.ceil(error.retryAfterSeconds) });
      default:
        return error.message;
    }
  };
}
