import { useTranslation } from 'react-i18next';
import { FilterBar } from '@/components/ui/FilterBar';
import { FilterButton } from '@/components/ui/FilterButton';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/Popover';
import { OUTCOMES } from '@/hooks/useAuditLog';
import type { AuditFilters } from '@/services/audit';
import { AUDIT_EVENTS } from './auditEvents';
import { PersonFilter } from './PersonFilter';
import { useEventName } from './useEventName';

interface AuditFilterBarProps {
  filters: AuditFilters;
  onChange: (filters: AuditFilters) => void;
}

export function AuditFilterBar({ filters, onChange }: AuditFilterBarProps) {
  const { t } = useTranslation();
  const eventName = useEventName();
  const days = Number(Boolean(filters.from)) + Number(Boolean(filters.to));
  return (
    <FilterBar className="mt-4" any={Object.values(filters).some(Boolean)} onClear={() => onChange({})}>
      <PersonFilter value={filters.user} onChange={(user) => onChange({ ...filters, user })} />
      <FilterMenu<string>
        label={t('admin.audit.event')}
        value={filters.event}
        onChange={(event) => onChange({ ...filters, event })}
        options={AUDIT_EVENTS.map((value) => ({ value, label: eventName(value) }))}
      />
      <FilterMenu
        label={t('admin.audit.outcome')}
        value={filters.outcome}
        onChange={(outcome) => onChange({ ...filters, outcome })}
        options={OUTCOMES.map((value) => ({ value, label: t(`admin.audit.outcomes.${value}`) }))}
      />
      <Popover>
        <PopoverTrigger asChild>
          <FilterButton label={t('admin.audit.dates')} chosen={days} />
        </PopoverTrigger>
        <PopoverContent aria-label={t('admin.audit.dates')}>
          <div className="grid gap-2 p-3">
            {(['from', 'to'] as const).map((end) => (
              <label key={end} className="flex items-center justify-between gap-3 text-base text-ink-2">
                {t(`admin.audit.${end}`)}
                <input
                  type="date"
                  value={filters[end] ?? ''}
                  min={end === 'to' ? filters.from : undefined}
                  max={end === 'from' ? filters.to : undefined}
                  onChange={(event) => onChange({ ...filters, [end]: event.target.value || undefined })}
                  className="h-8 w-36 rounded-md border border-line-strong bg-surface px-2 text-ink text-sm max-md:h-10"
                />
              </label>
            ))}
          </div>
        </PopoverContent>
      </Popover>
    </FilterBar>
  );
}
