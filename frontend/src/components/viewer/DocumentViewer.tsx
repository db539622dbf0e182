import { BookX, ClipboardCopy, Clock, ExternalLink, FileQuestion, Search } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { toast } from 'sonner';
import { ErrorMessage } from '@/components/ErrorMessage';
import { KindIcon } from '@/components/KindIcon';
import { SkeletonText } from '@/components/Skeleton';
import { Button, buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { Notice } from '@/components/ui/Notice';
import { Segmented } from '@/components/ui/Segmented';
import { useOwnerName } from '@/hooks/useDocumentRights';
import { useDocument, useDocumentText } from '@/hooks/useDocuments';
import { useServerText } from '@/hooks/useErrorText';
import { useSourceName } from '@/hooks/useSourceName';
import { isGone } from '@/services/problem';
import { failureOf } from '@/services/queries';
import type { DocumentText, LibraryDocument, Section } from '@/services/types';
import { cn } from '@/utils/cn';
import { copyToClipboard } from '@/utils/copyToClipboard';
import { formatDate } from '@/utils/format';
import { documentPath } from '@/utils/paths';
import { FindBar } from './FindBar';
import { Outline } from './Outline';
import { PageView } from './PageView';
import { TextView } from './TextView';
import { type PassageRange, useReading } from './useReading';

interface DocumentViewerProps {
  documentId: string;
  version: number | undefined;
  passage: PassageRange | null;
  /** `page`: by itself, with an outline; `panel`: beside a conversation. */
  layout: 'page' | 'panel';
  /** Stands before the title: a way back. */
  leading?: ReactNode;
  /** What else can be done with the document as it is now. */
  tools?: ((document: LibraryDocument) => ReactNode) | undefined;
}

/** Reads one version of a document, at the exact words. */
export function DocumentViewer({
  documentId,
  version,
  passage,
  layout,
  leading,
  tools,
}: DocumentViewerProps) {
  const head = useDocument(documentId);
  const text = useDocumentText(documentId, version, head.data);
  const gone = isGone(text.error);

  if (text.isPending) return <ViewerSkeleton layout={layout} leading={leading} />;
  if (!text.data || gone) {
    return (
      <NoText
        gone={gone}
        failure={failureOf(text)}
        document={isGone(head.error) ? undefined : head.data}
        layout={layout}
        leading={leading}
        onRetry={() => void Promise.all([text.refetch(), head.refetch()])}
      />
    );
  }
  return (
    <Reader
      key={`${documentId}-${text.data.version}`}
      text={text.data}
      head={head.data ?? null}
      passage={passage}
      layout={layout}
      leading={leading}
      tools={tools}
    />
  );
}

interface NoTextProps {
  gone: boolean;
  /** Why it could not be asked for. */
  failure: Error | null;
  document: LibraryDocument | undefined;
  layout: 'page' | 'panel';
  leading: ReactNode;
  onRetry: () => void;
}

/** Why there is nothing to read. */
function NoText({ gone, failure, document, layout, leading, onRetry }: NoTextProps) {
  const { t } = useTranslation();
  const serverText = useServerText();
  return (
    <div>
      {layout === 'page' && <h1 className="sr-only">{document?.title ?? t('viewer.document')}</h1>}
      <div className="flex h-14 items-center gap-2 px-4">{leading}</div>
      {document?.error ? (
        <EmptyState icon={BookX} title={t('viewer.failedTitle')} text={serverText(document.error.message)} />
      ) : gone ? (
        <EmptyState icon={FileQuestion} title={t('viewer.missingTitle')} text={t('viewer.missingText')}>
          <Link to="/library" className={buttonStyles()}>
            {t('viewer.toLibrary')}
          </Link>
        </EmptyState>
      ) : failure ? (
        <ErrorMessage title={t('viewer.errorTitle')} error={failure} onRetry={onRetry} />
      ) : (
        <EmptyState icon={Clock} title={t('viewer.pendingTitle')} text={t('viewer.pendingText')} />
      )}
    </div>
  );
}

interface ReaderProps {
  text: DocumentText;
  head: LibraryDocument | null;
  passage: PassageRange | null;
  layout: 'page' | 'panel';
  leading: ReactNode;
  tools: DocumentViewerProps['tools'];
}

function Reader({ text, head, passage, layout, leading, tools }: ReaderProps) {
  const { t } = useTranslation();
  const nameOf = useSourceName();
  const ownerOf = useOwnerName();
  const owner = head && ownerOf(head);
  const pages = text.sections.reduce((most, section) => Math.max(most, section.page ?? 0), 0);
  const canShowPages =
    (head?.kind === 'pdf' || head?.kind === 'image') &&
    pages > 0 &&
    !text.excerpt &&
    head.version === text.version;
  const [mode, setMode] = useState<'text' | 'page'>('text');
  const [target, setTarget] = useState<{ offset: number } | null>(null);
  const host = useRef<HTMLElement>(null);
  const { readable, marks, find, looked } = useReading(text, head?.kind, passage, host, layout === 'page');
  const [page, setPage] = usePageOf(text.sections, looked);
  const old = head !== null && head.version > text.version;

  function jump(section: Section) {
    setTarget({ offset: readable.index.toUtf16(section.start) });
    if (section.page !== null) setPage(section.page);
  }

  async function copyPassage() {
    if (!passage) return;
    const words = readable.index.slice(passage.start, passage.end);
    await copyToClipboard(words).then(
      () => toast.success(t('common.copied')),
      () => toast.error(t('common.copyFailed')),
    );
  }

  const title = head?.title ?? t('viewer.deleted');
  const wide = layout === 'page';
  return (
    <article ref={host} className="flex h-full min-h-0 flex-col">
      <header className="shrink-0 border-b px-4 py-2.5">
        <div className="flex items-center gap-2">
          {leading}
          {head && <KindIcon kind={head.kind} className="ml-1" />}
          <h1 className="min-w-0 flex-1 truncate font-semibold text-md" title={title}>
            {title}
          </h1>
          {canShowPages && (
            <Segmented
              label={t('viewer.viewMode')}
              value={mode}
              onChange={setMode}
              options={[
                { value: 'text', label: t('viewer.text') },
                { value: 'page', label: t('viewer.page') },
              ]}
            />
          )}
          <Button variant="ghost" size="icon" aria-label={t('viewer.find')} onClick={find.show}>
            <Search aria-hidden />
          </Button>
          {passage && (
            <Button
              variant="ghost"
              size="icon"
              aria-label={t('viewer.copyPassage')}
              onClick={() => void copyPassage()}
            >
              <ClipboardCopy aria-hidden />
            </Button>
          )}
          {head && !text.excerpt && tools?.(head)}
          {head?.url && /^https?:/.test(head.url) && (
            <a
              href={head.url}
              target="_blank"
              rel="noreferrer"
              aria-label={t('viewer.openOriginal')}
              className={buttonStyles({ variant: 'ghost', size: 'icon' })}
            >
              <ExternalLink aria-hidden />
            </a>
          )}
        </div>
        {head && (
          <p className="mt-0.5 truncate pl-1 text-ink-3 text-xs">
            {[
              owner && t('library.sharedBy', { name: owner }),
              nameOf(head.source),
              head.author,
              formatDate(head.modified_at),
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
        )}
      </header>
      {old && head && !text.excerpt && (
        <Notice
          layout="bar"
          tone="past"
          text={
            <>
              {t('viewer.versionOld', { version: text.version, latest: head.version })}{' '}
              <Link
                to={documentPath(head.id)}
                className="font-medium text-accent-text underline underline-offset-4"
              >
                {t('viewer.versionLatest')}
              </Link>
            </>
          }
        />
      )}
      {text.excerpt && <Notice layout="bar" tone="past" text={t(head ? 'viewer.excerpt' : 'viewer.gone')} />}
      {find.open && <FindBar find={find} />}
      <div className="flex min-h-0 flex-1">
        {wide && (
          <div className="hidden w-60 shrink-0 overflow-y-auto border-r px-2 py-5 lg:block">
            <Outline sections={text.sections} onJump={jump} />
          </div>
        )}
        <div
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          role="region"
          data-scroller
          aria-label={title}
          className="min-w-0 flex-1 overflow-y-auto outline-offset-[-2px]"
        >
          <div className={cn('mx-auto py-6', wide ? 'max-w-[46rem] px-5 sm:px-8' : 'px-5')}>
            {text.text.trim() === '' ? (
              <EmptyState icon={FileQuestion} title={t('viewer.emptyTitle')} text={t('viewer.emptyText')} />
            ) : mode === 'page' && head ? (
              <PageView
                documentId={head.id}
                title={head.title}
                version={text.version}
                page={Math.max(1, page)}
                pages={pages}
                passage={looked}
                onPage={setPage}
              />
            ) : (
              <TextView readable={readable} marks={marks} target={target} />
            )}
          </div>
        </div>
      </div>
    </article>
  );
}

/** The page that is shown: one that was turned to, until something else is looked at. */
function usePageOf(sections: readonly Section[], looked: PassageRange | null) {
  const place = looked?.start ?? -1;
  const [turned, setTurned] = useState<{ place: number; page: number } | null>(null);
  const page = turned?.place === place ? turned.page : place < 0 ? 1 : pageAt(sections, place);
  return [page, (next: number) => setTurned({ place, page: next })] as const;
}

function pageAt(sections: readonly Section[], offset: number): number {
  const on = sections.filter((section) => section.page !== null && section.start <= offset);
  return on.reduce((page, section) => Math.max(page, section.page ?? 1), 1);
}

function ViewerSkeleton({ layout, leading }: Pick<DocumentViewerProps, 'layout' | 'leading'>) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" aria-label={t('common.loading')} className="h-full">
      {layout === 'page' && <h1 className="sr-only">{t('viewer.document')}</h1>}
      <div className="flex h-14 items-center gap-3 border-b px-4">
        {leading}
        <SkeletonText lines={1} className="w-64" />
      </div>
      <div className="mx-auto max-w-[46rem] px-8 py-8">
        <SkeletonText lines={6} />
        <SkeletonText lines={5} className="mt-8" />
        <SkeletonText lines={6} className="mt-8" />
      </div>
    </div>
  );
}
