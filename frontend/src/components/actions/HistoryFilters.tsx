import { useTranslation } from 'react-i18next';
import { FilterBar } from '@/components/ui/FilterBar';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { Segmented } from '@/components/ui/Segmented';
import { ACTION_KINDS, type ActionKind, type ActionStatus } from '@/services/types';
import { PAST } from '@/utils/actionMoves';

export interface HistoryFilter {
  /** Those of others that the reader decided on, instead of the reader's own. */
  decided?: 'me';
  status?: ActionStatus;
  kind?: ActionKind;
}

interface HistoryFiltersProps {
  filter: HistoryFilter;
  onChange: (filter: HistoryFilter) => void;
}

/** Narrows what is over by how it ended and what it was. */
export function HistoryFilters({ filter, onChange }: HistoryFiltersProps) {
  const { t } = useTranslation();
  return (
    <FilterBar
      any={filter.status !== undefined || filter.kind !== undefined}
      onClear={() => onChange({ decided: filter.decided })}
      className="pb-0"
    >
      <Segmented
        label={t('actions.whose')}
        value={filter.decided ?? 'own'}
        options={[
          { value: 'own', label: t('actions.mine') },
          { value: 'me', label: t('actions.decidedByMe') },
        ]}
        onChange={(value) => onChange({ ...filter, decided: value === 'me' ? 'me' : undefined })}
      />
      <FilterMenu
        label={t('actions.state')}
        options={PAST.map((value) => ({ value, label: t(`actions.status.${value}`) }))}
        value={filter.status as (typeof PAST)[number] | undefined}
        onChange={(status) => onChange({ ...filter, status })}
      />
      <FilterMenu
        label={t('actions.kindFilter')}
        options={ACTION_KINDS.map((value) => ({ value, label: t(`actions.kind.${value}`) }))}
        value={filter.kind}
        onChange={(kind) => onChange({ ...filter, kind })}
      />
    </FilterBar>
  );
}
