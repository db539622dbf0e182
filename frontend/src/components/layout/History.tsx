import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Skeleton } from '@/components/Skeleton';
import { Button } from '@/components/ui/Button';
import { useConversations } from '@/hooks/useConversations';
import { groupByDay } from '@/utils/days';
import { HistoryItem } from './HistoryItem';

/** The conversations of the signed-in person, by day. */
export function History({ onNavigate }: { onNavigate?: () => void }) {
  const { t } = useTranslation();
  const list = useConversations();
  const [now] = useState(() => Date.now());

  if (list.isPending) {
    return (
      <div
        role="status"
        aria-busy="true"
        aria-label={t('common.loading')}
        className="space-y-3.5 px-2.5 pt-2"
      >
        {['w-4/5', 'w-3/5', 'w-11/12', 'w-2/3'].map((width) => (
          <Skeleton key={width} className={`h-3.5 ${width}`} />
        ))}
      </div>
    );
  }
  if (list.data === undefined) {
    return (
      <div role="alert" className="px-2.5 pt-2 text-sm text-ink-3">
        {t('nav.historyFailed')}{' '}
        <Button variant="link" size="bare" onClick={() => list.refetch()}>
          {t('common.retry')}
        </Button>
      </div>
    );
  }
  const conversations = list.data.pages.flatMap((page) => page.items);
  if (conversations.length === 0) {
    return <p className="px-2.5 pt-2 text-pretty text-sm text-ink-3">{t('nav.historyEmpty')}</p>;
  }
  return (
    <section aria-label={t('nav.history')} className="space-y-4">
      {groupByDay(conversations, (item) => item.updated_at, now).map(([group, items]) => (
        <div key={group}>
          <h2 className="px-2.5 pb-1 text-xs font-medium tracking-normal text-ink-3">{t(`nav.${group}`)}</h2>
          <ul className="space-y-px">
            {items.map((item) => (
              <HistoryItem key={item.id} conversation={item} onNavigate={onNavigate} />
            ))}
          </ul>
        </div>
      ))}
      {list.hasNextPage && (
        <div>
          {list.isFetchNextPageError && (
            <p role="alert" className="px-2.5 pb-1 text-sm text-ink-3">
              {t('nav.historyMoreFailed')}
            </p>
          )}
          <Button
            variant="ghost"
            size="sm"
            className="w-full"
            busy={list.isFetchingNextPage}
            onClick={() => list.fetchNextPage()}
          >
            {t('nav.showMore')}
          </Button>
        </div>
      )}
    </section>
  );
}
