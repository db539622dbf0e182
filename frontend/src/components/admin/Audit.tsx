import { SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { ListPage } from '@/components/ui/ListPage';
import { useAuditFilters, useAuditLog } from '@/hooks/useAuditLog';
import { useWorkspace } from '@/hooks/useWorkspace';
import { AuditEntryFacts } from './AuditEntryFacts';
import { AuditExport } from './AuditExport';
import { AuditFilterBar } from './AuditFilterBar';
import { useAuditColumns } from './useAuditColumns';

/** Who did what, to whom, from where, newest first; an entry opens to everything that was noted. */
export default function Audit() {
  const { t } = useTranslation();
  const { filters, setFilters } = useAuditFilters();
  const log = useAuditLog(filters);
  const columns = useAuditColumns();
  const days = useWorkspace().data?.audit_retention_days;
  return (
    <ListPage
      layout="tab"
      title={t('tabs.admin.audit')}
      text={days === undefined ? t('admin.audit.text') : t('admin.audit.retention', { count: days })}
      action={<AuditExport filters={filters} />}
      filters={<AuditFilterBar filters={filters} onChange={setFilters} />}
      list={log}
      items={log.data?.pages.flatMap((page) => page.items) ?? []}
      errorTitle={t('admin.audit.errorTitle')}
      empty={
        <EmptyState icon={SearchX} title={t('admin.audit.noMatchTitle')} text={t('admin.audit.noMatchText')}>
          <Button onClick={() => setFilters({})}>{t('common.clearAll')}</Button>
        </EmptyState>
      }
      label={t('admin.audit.list')}
      columns={columns}
      rowKey={(entry) => entry.id}
      detail={(entry) => <AuditEntryFacts entry={entry} />}
    />
  );
}
