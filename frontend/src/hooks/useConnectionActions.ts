import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { pauseConnection, resumeConnection, retryItems, syncConnection } from '@/services/connections';
import { useAfterConnectionChange } from './useConnections';
import { useErrorText } from './useErrorText';

/** What is done to a connection with one press; how it went is said beside the page. */
export function useConnectionActions(id: string) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const after = useAfterConnectionChange();
  const told = (failed: string) => ({
    onSettled: after,
    onError: (error: unknown) => void toast.error(failed, { description: textOf(error) }),
  });
  const sync = useMutation({
    mutationFn: () => syncConnection(id),
    onSuccess: () => void toast.success(t('connections.synced')),
    ...told(t('connections.syncFailed')),
  });
  const pause = useMutation({
    mutationFn: () => pauseConnection(id),
    onSuccess: () => void toast.success(t('connections.paused')),
    ...told(t('connections.pauseFailed')),
  });
  const resume = useMutation({
    mutationFn: () => resumeConnection(id),
    onSuccess: () => void toast.success(t('connections.resumed')),
    ...told(t('connections.resumeFailed')),
  });
  const retry = useMutation({
    mutationFn: (wanted: { external_ids?: string[]; skipped?: boolean }) => retryItems(id, wanted),
    onSuccess: ({ items }) =>
      void toast.success(
        items > 0 ? t('connections.retried', { count: items }) : t('connections.retriedNone'),
      ),
    ...told(t('connections.retryFailed')),
  });
  return { sync, pause, resume, retry };
}
