import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { Panel } from '@/components/ui/Panel';
import { useExport } from '@/hooks/useExport';

/** Everything of the person's own, as one archive. */
export function ExportPanel() {
  const { t } = useTranslation();
  const archive = useExport();
  return (
    <Panel title={t('settings.export')} text={t('settings.exportText')}>
      <Button busy={archive.isPending} onClick={() => archive.mutate()}>
        <Download aria-hidden />
        {t('settings.exportStart')}
      </Button>
    </Panel>
  );
}
