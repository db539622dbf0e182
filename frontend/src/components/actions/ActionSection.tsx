import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorMessage } from '@/components/ErrorMessage';
import { RowsSkeleton } from '@/components/ui/RowsSkeleton';
import { ShowMore } from '@/components/ui/ShowMore';
import { failureOf } from '@/services/queries';
import type { Action, ActionPage } from '@/services/types';
import { grouped } from '@/utils/actionGroups';
import { GroupRow } from './GroupRow';

interface ActionSectionProps {
  title: string;
  filters?: ReactNode;
  list: UseInfiniteQueryResult<{ pages: ActionPage[] }>;
  empty: ReactNode;
  row: (action: Action) => ReactNode;
  /** Ticks all that stand in this list of those that were proposed together. */
  groupBox?: (actions: readonly Action[]) => ReactNode;
  /** Above the rows. */
  bar?: ReactNode;
}

/** Some of one's actions, page by page. */
export function ActionSection({ title, filters, list, empty, row, groupBox, bar }: ActionSectionProps) {
  const { t } = useTranslation();
  const id = useId();
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const failure = failureOf(list);
  return (
    <section aria-labelledby={id} className="mt-8">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 id={id} className="font-semibold text-lg">
          {title}
        </h2>
        {filters}
      </div>
      {list.isPending ? (
        <RowsSkeleton />
      ) : failure ? (
        <ErrorMessage
          title={t('actions.listErrorTitle')}
          error={failure}
          layout="inline"
          onRetry={() => void list.refetch()}
        />
      ) : items.length === 0 && !list.hasNextPage ? (
        empty
      ) : (
        <>
          {bar}
          <ul className="divide-y rounded-2xl border bg-surface shadow-sm">
            {grouped(items).map((entry) =>
              entry.group === null ? (
                row(entry.action)
              ) : (
                <GroupRow
                  key={entry.group}
                  group={entry.group}
                  actions={entry.actions}
                  row={row}
                  box={groupBox?.(entry.actions)}
                />
              ),
            )}
          </ul>
          <ShowMore list={list} errorTitle={t('actions.listErrorTitle')} />
        </>
      )}
    </section>
  );
}
