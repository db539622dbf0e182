import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/services/problem';
import { getSession, subscribe } from '@/services/session';
import { withoutSettings } from '@/utils/withoutSettings';

const LONG_WAIT_SECONDS = 90;

/**
 * A message that was stored (the reason of a document, of an answer) as its reader can use it. Those from before hints
 * stood apart may name settings: that is for administrators; others are told whom to ask.
 */
export function useServerText(): (message: string) => string {
  const { t } = useTranslation();
  const session = useSyncExternalStore(subscribe, getSession);
  const administers = session.status === 'signed-in' && session.user.role === 'admin';
  return (message) => {
    if (administers) return message;
    const { text, advised } = withoutSettings(message);
    return advised ? [text, t('errors.askAdmin')].filter(Boolean).join(' ') : text;
  };
}

/** What to tell a person about a failure. The server's sentences are made for people; the rest is worded here. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  const textOf = useServerText();
  return (error) => {
    if (!(error instanceof ApiError)) return t('errors.unexpected');
    switch (error.code) {
      case 'offline':
        return t('errors.offline');
      case 'unreadable':
        return t('errors.unreadable', { status: error.status });
      case 'rate_limited':
        if (error.retryAfterSeconds === undefined) return textOf(error.message);
        return error.retryAfterSeconds > LONG_WAIT_SECONDS
          ? t('errors.rateLimitedMinutes', { count: Math.ceil(error.retryAfterSeconds / 60) })
          : t('errors.rateLimited', { count: Math.ceil(error.retryAfterSeconds) });
      default:
        // The server gives hints to administrators alone.
        return [textOf(error.message), error.hint].filter(Boolean).join(' ');
    }
  };
}
