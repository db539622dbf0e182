import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '@/components/ui/Button';
import { useErrorText } from '@/hooks/useErrorText';
import { getExport } from '@/services/export';
import { formatBytes } from '@/utils/format';
import { saveBlob } from '@/utils/saveBlob';
import { Panel } from './Panel';

/** Everything of the person's own, as one archive. */
export function ExportPanel() {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const archive = useMutation({
    mutationFn: () => getExport(),
    onSuccess: (blob) => {
      saveBlob(blob, `bibliosai-export-${new Date().toISOString().slice(0, 10)}.zip`);
      toast.success(t('settings.exportDone', { size: formatBytes(blob.size) }));
    },
    onError: (error) => toast.error(t('settings.exportFailed'), { description: textOf(error) }),
  });
  return (
    <Panel title={t('settings.export')} text={t('settings.exportText')}>
      <Button busy={archive.isPending} onClick={() => archive.mutate()}>
        <Download aria-hidden />
        {t('settings.exportStart')}
      </Button>
    </Panel>
  );
}
