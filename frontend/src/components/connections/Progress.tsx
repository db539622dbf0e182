import { LoaderCircle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Connection } from '@/services/types';
import { isBusy } from '@/utils/connectionState';
import { formatNumber } from '@/utils/format';
import { connectionPath } from '@/utils/paths';
import { usePace } from './usePace';

const COUNTS = ['seen', 'indexed', 'skipped', 'failed'] as const;
const KEPT = ['indexed', 'processing', 'skipped', 'failed', 'hidden'] as const;
/** What there is always a number of. */
const ALWAYS: readonly string[] = ['indexed', 'skipped', 'failed'];

/** The synchronisation under way in numbers, and what became of all items; these add up. */
export function Progress({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const paceOf = usePace();
  const { items, status } = connection;
  const busy = isBusy(connection);
  // One that ended in a failure, or was stopped, is no longer under way.
  const progress = busy || status === 'waiting' ? connection.progress : null;
  const kept = KEPT.map((name) => ({ name, count: items[name] ?? 0 }));
  const all = kept.reduce((sum, { count }) => sum + count, 0);
  const pace = progress && paceOf(progress);
  return (
    <div aria-busy={busy || undefined} className="space-y-4">
      {progress && (
        <div>
          <p className="flex items-center gap-2 font-medium text-ink-2 text-sm">
            {busy && <LoaderCircle className="size-4 shrink-0 animate-spin text-accent-text" aria-hidden />}
            {t('connections.progress.title')}
          </p>
          <dl aria-live="polite" className="mt-2 grid grid-cols-2 gap-2 sm:grid-cols-4">
            {COUNTS.map((name) => (
              <Count key={name} label={t(`connections.progress.${name}`)} count={progress[name]} />
            ))}
          </dl>
          {pace && <p className="mt-2 text-ink-3 text-sm tabular-nums">{pace}</p>}
        </div>
      )}
      {(!progress || all > 0) && (
        <div>
          <p className="flex items-center gap-2 font-medium text-ink-2 text-sm">
            {busy && !progress && (
              <LoaderCircle className="size-4 shrink-0 animate-spin text-accent-text" aria-hidden />
            )}
            {t('connections.counts.title', { indexed: items.indexed ?? 0, all })}
          </p>
          <dl aria-live="polite" className="mt-2 grid grid-cols-[repeat(auto-fit,minmax(6.5rem,1fr))] gap-2">
            {kept
              .filter(({ name, count }) => count > 0 || ALWAYS.includes(name))
              .map(({ name, count }) => (
                <Count
                  key={name}
                  label={t(`connections.counts.${name}`)}
                  count={count}
                  to={count > 0 ? `${connectionPath(connection.id, 'items')}?status=${name}` : undefined}
                />
              ))}
          </dl>
        </div>
      )}
    </div>
  );
}

/** A number with its name; `to` leads to what it counts. */
function Count({ label, count, to }: { label: string; count: number; to?: string }) {
  const box = 'flex flex-col-reverse rounded-xl bg-sunken px-3 py-2.5';
  return (
    <div className={to ? `relative ${box} transition-colors hover:bg-hover` : box}>
      <dt className="truncate text-ink-3 text-xs">
        {to ? (
          <Link
            to={to}
            className="rounded after:absolute after:inset-0 after:rounded-xl hover:text-accent-text"
          >
            {label}
          </Link>
        ) : (
          label
        )}
      </dt>
      <dd className="font-semibold text-lg tabular-nums">{formatNumber(count)}</dd>
    </div>
  );
}
