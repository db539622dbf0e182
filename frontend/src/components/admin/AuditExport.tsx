import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '@/components/ui/Button';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/components/ui/Menu';
import { useAuditExport } from '@/hooks/useAuditLog';
import { useErrorText } from '@/hooks/useErrorText';
import { type AuditFilters, EXPORT_FORMATS, type ExportFormat } from '@/services/audit';
import { formatBytes } from '@/utils/format';
import { saveBlob } from '@/utils/saveBlob';

const LABELS = { ndjson: 'admin.audit.exportNdjson', csv: 'admin.audit.exportCsv' } as const;

/** What the filters leave, as a file. */
export function AuditExport({ filters }: { filters: AuditFilters }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const file = useAuditExport(filters);
  const save = (format: ExportFormat) =>
    file.mutateAsync(format).then(
      (blob) => {
        saveBlob(blob, `bibliosai-audit-${new Date().toISOString().slice(0, 10)}.${format}`);
        toast.success(t('admin.audit.exported', { size: formatBytes(blob.size) }));
      },
      (error: unknown) => toast.error(t('admin.audit.exportFailed'), { description: textOf(error) }),
    );
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button busy={file.isPending}>
          <Download aria-hidden />
          {t('admin.audit.export')}
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        {EXPORT_FORMATS.map((format) => (
          <MenuItem key={format} onSelect={() => save(format)}>
            {t(LABELS[format])}
          </MenuItem>
        ))}
      </MenuContent>
    </Menu>
  );
}
