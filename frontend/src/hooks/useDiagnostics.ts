import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { getDiagnostics } from '@/services/connections';
import type { Connection } from '@/services/types';
import { saveBlob } from '@/utils/saveBlob';
import { useErrorText } from './useErrorText';

/** Saves what an operator needs to know of a connection; the server leaves out what belongs to a person. */
export function useDiagnostics({ id, type }: Connection) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  return useMutation({
    mutationFn: () => getDiagnostics(id),
    onSuccess: (found) =>
      saveBlob(
        new Blob([JSON.stringify(found, null, 2)], { type: 'application/json' }),
        `bibliosai-connection-${type}-${found.made_at.slice(0, 10)}.json`,
      ),
    onError: (error) => toast.error(t('connections.diagnosticsFailed'), { description: textOf(error) }),
  });
}
