import { LoaderCircle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '@/services/types';
import { isBusy } from '@/utils/connectionState';
import { formatNumber } from '@/utils/format';

const COUNTS = ['seen', 'indexed', 'skipped', 'failed'] as const;
const KEPT = ['indexed', 'skipped', 'failed', 'hidden'] as const;

/** The synchronisation under way in numbers; between two, what became of all items. */
export function Progress({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const { items, status } = connection;
  const busy = isBusy(connection);
  // One that ended in a failure, or was stopped, is no longer under way.
  const progress = busy || status === 'waiting' ? connection.progress : null;
  const counts = progress
    ? COUNTS.map((name) => ({ name, label: t(`connections.progress.${name}`), count: progress[name] }))
    : KEPT.map((name) => ({ name, label: t(`connections.counts.${name}`), count: items[name] ?? 0 }));
  return (
    <div aria-busy={busy || undefined}>
      <p className="flex items-center gap-2 font-medium text-ink-2 text-sm">
        {busy && <LoaderCircle className="size-4 shrink-0 animate-spin text-accent-text" aria-hidden />}
        {t(progress ? 'connections.progress.title' : 'connections.counts.title')}
      </p>
      <dl aria-live="polite" className="mt-2 grid grid-cols-2 gap-2 sm:grid-cols-4">
        {counts.map(({ name, label, count }) => (
          <div key={name} className="flex flex-col-reverse rounded-xl bg-sunken px-3 py-2.5">
            <dt className="truncate text-ink-3 text-xs">{label}</dt>
            <dd className="font-semibold text-lg tabular-nums">{formatNumber(count)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
