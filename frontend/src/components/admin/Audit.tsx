import { SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ErrorMessage } from '@/components/ErrorMessage';
import { Button } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { useAuditFilters, useAuditLog } from '@/hooks/useAuditLog';
import { useWorkspace } from '@/hooks/useWorkspace';
import { AuditEntryRow } from './AuditEntryRow';
import { AuditExport } from './AuditExport';
import { AuditFilterBar } from './AuditFilterBar';
import { RowsSkeleton } from './RowsSkeleton';
import { ShowMore } from './ShowMore';
import { TabHead } from './TabHead';

/** Who did what, to whom, from where, newest first. */
export default function Audit() {
  const { t } = useTranslation();
  const { filters, setFilters } = useAuditFilters();
  const days = useWorkspace().data?.audit_retention_days;
  return (
    <>
      <TabHead
        title={t('admin.tabs.audit')}
        text={days === undefined ? t('admin.audit.text') : t('admin.audit.retention', { count: days })}
      >
        <AuditExport filters={filters} />
      </TabHead>
      <AuditFilterBar filters={filters} onChange={setFilters} />
      <Entries />
    </>
  );
}

function Entries() {
  const { t } = useTranslation();
  const { filters, setFilters } = useAuditFilters();
  const log = useAuditLog(filters);
  const items = log.data?.pages.flatMap((page) => page.items) ?? [];
  if (log.isPending) return <RowsSkeleton />;
  if (log.isError && items.length === 0) {
    return (
      <ErrorMessage
        title={t('admin.audit.errorTitle')}
        error={log.error}
        onRetry={() => void log.refetch()}
      />
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState icon={SearchX} title={t('admin.audit.noMatchTitle')} text={t('admin.audit.noMatchText')}>
        <Button onClick={() => setFilters({})}>{t('common.clearAll')}</Button>
      </EmptyState>
    );
  }
  return (
    <>
      <ul aria-label={t('admin.audit.list')} className="mt-2 border-t">
        {items.map((entry) => (
          <AuditEntryRow key={entry.id} entry={entry} />
        ))}
      </ul>
      <ShowMore list={log} errorTitle={t('admin.audit.errorTitle')} />
    </>
  );
}
