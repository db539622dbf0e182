import { BookOpen, Download, RotateCw, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button, buttonStyles } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Notice } from '@/components/ui/Notice';
import { Fact, FactList } from '@/components/ui/Panel';
import { useConnectionChoices } from '@/hooks/useConnectionChoices';
import { useDocumentActions } from '@/hooks/useDocumentActions';
import { mayDo, useOwnerName } from '@/hooks/useDocumentRights';
import { useServerText } from '@/hooks/useErrorText';
import { useSourceName } from '@/hooks/useSourceName';
import type { LibraryDocument } from '@/services/types';
import { formatBytes, formatDateTime, formatNumber } from '@/utils/format';
import { connectionPath, documentPath } from '@/utils/paths';
import { DeleteDocument } from './DocumentMenu';
import { StatusChip } from './StatusChip';
import { Why } from './Why';

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
  const owner = useOwnerName()(item);
  // To whom a connection is not open, its page is nothing.
  const { isOwn } = useConnectionChoices([]);
  const serverText = useServerText();
  const { retry, download, retrying } = useDocumentActions();
  const [asking, setAsking] = useState(false);
  const rows: [keyof typeof LABELS, ReactNode][] = [
    [
      'owner',
      owner && isOwn(item.connection_id ?? '') ? (
        <Link
          key="owner"
          to={connectionPath(item.connection_id ?? '')}
          className="text-accent-text underline"
        >
          {owner}
        </Link>
      ) : (
        owner
      ),
    ],
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
          <Notice
            tone="danger"
            role="alert"
            title={t('library.failedTitle')}
            text={serverText(item.error.message)}
            className="mt-4"
          >
            {mayDo(item, 'retry') && (
              <Button size="sm" className="mt-3" busy={retrying} onClick={() => retry(item)}>
                <RotateCw aria-hidden />
                {t('library.retry')}
              </Button>
            )}
          </Notice>
        )}
        {item.narrowed && (
          <Notice
            tone="plain"
            text={t('library.narrowedText', { source: nameOf(item.source) })}
            className="mt-4"
          />
        )}
        {item.warnings && item.warnings.length > 0 && (
          <Notice tone="warn" title={t('library.warnings')} className="mt-4">
            <ul className="mt-1 list-disc space-y-1 pl-5 text-ink-2">
              {item.warnings.map((warning) => (
                <li key={warning}>{serverText(warning)}</li>
              ))}
            </ul>
          </Notice>
        )}
        <div className="mt-4">
          <FactList>
            {rows.map(
              ([label, value]) =>
                value && (
                  <Fact key={label} label={t(LABELS[label])}>
                    {value}
                  </Fact>
                ),
            )}
          </FactList>
        </div>
        <Why document={item} />
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
        {mayDo(item, 'delete') && (
          <Button
            variant="ghost"
            size="icon"
            className="ml-auto"
            aria-label={t('library.delete')}
            onClick={() => setAsking(true)}
          >
            <Trash2 aria-hidden />
          </Button>
        )}
      </footer>
      {asking && <DeleteDocument item={item} onClose={() => setAsking(false)} onDeleted={onClose} />}
    </>
  );
}

const LABELS = {
  owner: 'library.facts.owner',
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
