import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { getExport } from '@/services/export';
import { formatBytes } from '@/utils/format';
import { saveBlob } from '@/utils/saveBlob';
import { useErrorText } from './useErrorText';

/** Saves everything of the person's own as one archive, and says how that went. */
export function useExport() {
  const { t } = useTranslation();
  const textOf = useErrorText();
  return useMutation({
    mutationFn: () => getExport(),
    onSuccess: (blob) => {
      saveBlob(blob, `bibliosai-export-${new Date().toISOString().slice(0, 10)}.zip`);
      toast.success(t('settings.exportDone', { size: formatBytes(blob.size) }));
    },
    onError: (error) => toast.error(t('settings.exportFailed'), { description: textOf(error) }),
  });
}
