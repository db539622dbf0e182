import { BookOpen, Download, RotateCw, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button, buttonStyles } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { useDocumentActions } from '@/hooks/useDocumentActions';
import { useSourceName } from '@/hooks/useSourceName';
import type { LibraryDocument } from '@/services/types';
import { formatBytes, formatDateTime, formatNumber } from '@/utils/format';
import { documentPath } from '@/utils/paths';
import { DeleteDocument } from './DocumentMenu';
import { StatusChip } from './StatusChip';

/** Everything known about one document, beside the list. */
export function DetailsDrawer({
  document: item,
  onClose,
}: {
  document: LibraryDocument | null;
  onClose: () => void;
}) {
  return (
    item && (
      <Dialog open onOpenChange={onClose} title={item.title} placement="side">
        <Details item={item} onClose={onClose} />
      </Dialog>
    )
  );
}

function Details({ item, onClose }: { item: LibraryDocument; onClose: () => void }) {
  const { t } = useTranslation();
  const nameOf = useSourceName();
  const { retry, download, retrying } = useDocumentActions();
  const [asking, setAsking] = useState(false);
  const rows: [keyof typeof LABELS, ReactNode][] = [
    ['kind', t(`kind.${item.kind}`)],
    ['source', nameOf(item.source)],
    ['path', item.external_id],
    [
      'address',
      item.url && /^https?:/.test(item.url) ? (
        <a
          key="address"
          href={item.url}
          target="_blank"
          rel="noreferrer"
          className="text-accent-text underline"
        >
          {item.url}
        </a>
      ) : null,
    ],
    ['size', formatBytes(item.size_bytes)],
    ['author', item.author],
    ['language', item.language],
    ['tags', item.tags?.join(', ')],
    ['version', item.version > 0 ? item.version : null],
    ['chunks', item.chunks > 0 ? formatNumber(item.chunks) : null],
    ['created', formatDateTime(item.created_at)],
    ['modified', formatDateTime(item.modified_at)],
    ['indexed', item.indexed_at && formatDateTime(item.indexed_at)],
  ];
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-3 pb-6">
        <StatusChip status={item.status} />
        {item.error && (
          <div role="alert" className="mt-4 rounded-xl bg-danger-soft p-4">
            <p className="font-semibold">{t('library.failedTitle')}</p>
            <p className="mt-1 text-base text-ink-2">{item.error.message}</p>
            <Button size="sm" className="mt-3" busy={retrying} onClick={() => retry(item)}>
              <RotateCw aria-hidden />
              {t('library.retry')}
            </Button>
          </div>
        )}
        {item.warnings && item.warnings.length > 0 && (
          <div className="mt-4 rounded-xl bg-warn-soft p-4 text-base">
            <p className="font-medium">{t('library.warnings')}</p>
            <ul className="mt-1 list-disc space-y-1 pl-5 text-ink-2">
              {item.warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </div>
        )}
        <dl className="mt-4 divide-y">
          {rows.map(
            ([label, value]) =>
              value && (
                <div key={label} className="grid grid-cols-[7rem_1fr] gap-3 py-2.5 text-base">
                  <dt className="text-ink-3">{t(LABELS[label])}</dt>
                  <dd className="min-w-0 break-words">{value}</dd>
                </div>
              ),
          )}
        </dl>
      </div>
      <footer className="flex items-center gap-2 border-t p-4">
        <Link to={documentPath(item.id)} className={buttonStyles({ variant: 'primary' })}>
          <BookOpen aria-hidden />
          {t('library.open')}
        </Link>
        <Button onClick={() => void download(item)}>
          <Download aria-hidden />
          {t('library.download')}
        </Button>
        <Button
          variant="ghost"
          size="icon"
          className="ml-auto"
          aria-label={t('library.delete')}
          onClick={() => setAsking(true)}
        >
          <Trash2 aria-hidden />
        </Button>
      </footer>
      {asking && <DeleteDocument item={item} onClose={() => setAsking(false)} onDeleted={onClose} />}
    </>
  );
}

const LABELS = {
  kind: 'library.facts.kind',
  source: 'library.facts.source',
  path: 'library.facts.path',
  address: 'library.facts.address',
  size: 'library.facts.size',
  author: 'library.facts.author',
  language: 'library.facts.language',
  tags: 'library.facts.tags',
  version: 'library.facts.version',
  chunks: 'library.facts.chunks',
  created: 'library.facts.created',
  modified: 'library.facts.modified',
  indexed: 'library.facts.indexed',
} as const;
