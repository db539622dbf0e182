import { useVirtualizer } from '@tanstack/react-virtual';
import {
  Check,
  ChevronDown,
  ChevronUp,
  CircleAlert,
  CircleSlash,
  Equal,
  LoaderCircle,
  X,
} from 'lucide-react';
import { useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ProgressBar } from '@/components/ProgressBar';
import { Button } from '@/components/ui/Button';
import { useErrorText, useServerText } from '@/hooks/useErrorText';
import { useUploadReading } from '@/hooks/useUploadReading';
import type { UploadEntry, UploadQueue } from '@/services/uploadQueue';
import { formatBytes, formatDuration, formatNumber, formatPercent } from '@/utils/format';

const ROW_PX = 44;
const MAX_LIST_PX = 264;

/** Docked at the corner: how far all uploads are, and each file by itself. */
export default function UploadPanel({ queue }: { queue: UploadQueue }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(true);
  const snapshot = useSyncExternalStore(queue.subscribe, queue.getSnapshot);
  const { entries, active, sent, added, unchanged, reading, failed } = snapshot;
  const { bytes, bytesSent, bytesPerSecond } = snapshot;
  const { retry, retrying, refused } = useUploadReading(queue, snapshot);
  const textOf = useErrorText();
  const outcome = [
    (added > 0 || sent + failed === 0) && t('upload.done', { count: added }),
    unchanged > 0 && t('upload.unchangedCount', { count: unchanged }),
    failed > 0 && t('upload.failedCount', { count: failed }),
  ].filter(Boolean);
  const heading = active
    ? t('upload.running', { done: formatNumber(sent), total: formatNumber(entries.length) })
    : outcome.join(', ');
  const left = bytesPerSecond > 0 ? (bytes - bytesSent) / bytesPerSecond : null;

  return (
    <section
      aria-label={t('upload.title')}
      className="absolute right-4 bottom-4 z-20 w-[min(24rem,calc(100%-2rem))] animate-rise overflow-hidden rounded-2xl border bg-surface shadow-lg"
    >
      <header className="flex items-center gap-1 py-2 pr-2 pl-4">
        <div className="min-w-0 flex-1" aria-live="polite">
          <p className="text-pretty font-medium text-base">{heading}</p>
          {!active && reading > 0 && (
            <p className="text-ink-3 text-xs">{t('upload.reading', { count: reading })}</p>
          )}
          {active && (
            <p className="text-xs text-ink-3 tabular-nums">
              {[
                `${formatBytes(bytesSent)} / ${formatBytes(bytes)}`,
                bytesPerSecond > 0 && t('upload.speed', { speed: formatBytes(bytesPerSecond) }),
                left !== null && left > 2 && t('upload.remaining', { time: formatDuration(left) }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
          )}
        </div>
        <Button
          variant="ghost"
          size="icon"
          aria-expanded={open}
          aria-label={t(open ? 'upload.hideFiles' : 'upload.showFiles')}
          onClick={() => setOpen(!open)}
        >
          {open ? <ChevronDown aria-hidden /> : <ChevronUp aria-hidden />}
        </Button>
        <Button
          variant="ghost"
          size="icon"
          aria-label={t(active ? 'upload.cancel' : 'upload.dismiss')}
          onClick={() => (active ? queue.cancel() : queue.dismiss())}
        >
          <X aria-hidden />
        </Button>
      </header>
      {active && (
        <ProgressBar
          value={bytes ? bytesSent / bytes : sent / Math.max(1, entries.length)}
          label={t('upload.overall')}
          className="!rounded-none"
        />
      )}
      {open && <FileList entries={entries} />}
      {!active && failed > 0 && (
        <footer className="border-t p-2">
          {refused && <p className="px-2 pb-2 text-danger text-xs">{textOf(refused)}</p>}
          <Button size="sm" className="w-full" busy={retrying} onClick={() => retry()}>
            {t('upload.retry', { count: failed })}
          </Button>
        </footer>
      )}
    </section>
  );
}

function FileList({ entries }: { entries: readonly UploadEntry[] }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
  });
  return (
    <div
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      role="region"
      aria-label={t('upload.list')}
      className="overflow-y-auto border-t"
      style={{ height: Math.min(MAX_LIST_PX, entries.length * ROW_PX) }}
    >
      <ul className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const entry = entries[row.index];
          return (
            entry && (
              <li
                key={entry.key}
                className="absolute inset-x-0 px-4"
                style={{ height: ROW_PX, transform: `translateY(${row.start}px)` }}
              >
                <FileRow entry={entry} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function FileRow({ entry }: { entry: UploadEntry }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const serverText = useServerText();
  const name = entry.path.split('/').at(-1) ?? entry.path;
  const problem = entry.error ? textOf(entry.error) : entry.reason && serverText(entry.reason);
  return (
    <div className="flex h-full flex-col justify-center gap-1">
      <div className="flex items-center gap-2 text-sm">
        <span className="truncate" title={entry.path}>
          {name}
        </span>
        <span className="ml-auto shrink-0 text-xs text-ink-3 tabular-nums">
          {entry.state === 'sending' ? formatPercent(entry.share) : formatBytes(entry.size)}
        </span>
        {entry.state === 'sent' && <Outcome reading={entry.reading} />}
        {entry.state === 'failed' && (
          <CircleAlert className="size-3.5 shrink-0 text-danger" aria-label={t('upload.failed')} />
        )}
        {entry.state === 'cancelled' && (
          <CircleSlash className="size-3.5 shrink-0 text-ink-3" aria-label={t('upload.cancelled')} />
        )}
      </div>
      {entry.state === 'sending' && (
        <ProgressBar value={entry.share} label={t('upload.progress', { name })} className="!h-0.5" />
      )}
      {problem && (
        <p className="truncate text-danger text-xs" title={problem}>
          {problem}
        </p>
      )}
    </div>
  );
}

/** What became of a file that was taken: it is no success before it is read. */
function Outcome({ reading }: { reading: UploadEntry['reading'] }) {
  const { t } = useTranslation();
  switch (reading) {
    case 'under-way':
      return (
        <LoaderCircle
          className="size-3.5 shrink-0 animate-spin text-ink-3"
          aria-label={t('upload.beingRead')}
        />
      );
    case 'failed':
      return <CircleAlert className="size-3.5 shrink-0 text-danger" aria-label={t('upload.unread')} />;
    case 'unchanged':
      return <Equal className="size-3.5 shrink-0 text-ink-3" aria-label={t('upload.unchanged')} />;
    default:
      return <Check className="size-3.5 shrink-0 text-ok" aria-label={t('upload.sent')} />;
  }
}
