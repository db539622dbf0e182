import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { listItems, listRuns } from '@/services/connections';
import type { Connection } from '@/services/types';
import { diagnosticsOf } from '@/utils/diagnostics';
import { saveBlob } from '@/utils/saveBlob';
import { useErrorText } from './useErrorText';

/** Saves what an operator needs to know of a connection, without anything that belongs to its person. */
export function useDiagnostics(connection: Connection) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  return useMutation({
    mutationFn: async () => {
      const { id } = connection;
      const [runs, failed, skipped] = await Promise.all([
        listRuns(id, undefined),
        listItems(id, 'failed', undefined),
        listItems(id, 'skipped', undefined),
      ]);
      return diagnosticsOf(connection, runs.items, [...failed.items, ...skipped.items], new Date());
    },
    onSuccess: (found) =>
      saveBlob(
        new Blob([JSON.stringify(found, null, 2)], { type: 'application/json' }),
        `bibliosai-connection-${connection.type}-${new Date().toISOString().slice(0, 10)}.json`,
      ),
    onError: (error) => toast.error(t('connections.diagnosticsFailed'), { description: textOf(error) }),
  });
}
