import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorMessage } from '@/components/ErrorMessage';
import { Skeleton } from '@/components/Skeleton';
import { Button } from '@/components/ui/Button';
import { getPageBoxes, getPageImage } from '@/services/documents';
import { failureOf, keys } from '@/services/queries';
import { cn } from '@/utils/cn';
import type { PassageRange } from './useReading';

interface PageViewProps {
  documentId: string;
  title: string;
  version: number;
  page: number;
  pages: number;
  passage: PassageRange | null;
  onPage: (page: number) => void;
}

/** How large a page is drawn, in percent; 100 is as wide as this many pixels. */
const ZOOMS = [50, 75, 100, 125, 150, 200, 300];
const FULL_PIXELS = 720;
/** A picture is drawn this wide; a larger page needs the sharper one. */
const PLAIN_WIDTH = 1200;
const SHARP_WIDTH = 2400;
const SHARP_FROM = 150;

/** A page of a PDF as it looks, with the passage boxed. */
export function PageView({ documentId, title, version, page, pages, passage, onPage }: PageViewProps) {
  const { t } = useTranslation();
  /** Null: as wide as there is room. */
  const [zoom, setZoom] = useState<number | null>(null);
  return (
    <div>
      <div className="mb-3 flex flex-wrap items-center justify-center gap-x-6 gap-y-1 text-ink-2 text-sm tabular-nums">
        {pages > 1 && (
          <div className="flex items-center gap-2">
            <Button
              variant="ghost"
              size="icon"
              disabled={page <= 1}
              aria-label={t('viewer.previousPage')}
              onClick={() => onPage(page - 1)}
            >
              <ChevronLeft aria-hidden />
            </Button>
            {t('viewer.pageOf', { page, total: pages })}
            <Button
              variant="ghost"
              size="icon"
              disabled={page >= pages}
              aria-label={t('viewer.nextPage')}
              onClick={() => onPage(page + 1)}
            >
              <ChevronRight aria-hidden />
            </Button>
          </div>
        )}
        <Zoom zoom={zoom} onZoom={setZoom} />
      </div>
      {/* Of each page its own: another page's picture must not stand under this one's name and boxes. */}
      <PagePicture
        key={page}
        documentId={documentId}
        title={title}
        version={version}
        page={page}
        passage={passage}
        zoom={zoom}
      />
    </div>
  );
}

interface PagePictureProps extends Omit<PageViewProps, 'pages' | 'onPage'> {
  zoom: number | null;
}

function PagePicture({ documentId, title, version, page, passage, zoom }: PagePictureProps) {
  const { t } = useTranslation();
  const width = zoom !== null && zoom > SHARP_FROM ? SHARP_WIDTH : PLAIN_WIDTH;
  const image = useQuery({
    queryKey: keys.pageImage(documentId, page, width),
    queryFn: ({ signal }) => getPageImage(documentId, page, width, signal),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  const boxes = useQuery({
    queryKey: keys.pageBoxes(documentId, page, { ...passage, version }),
    queryFn: ({ signal }) =>
      getPageBoxes(documentId, page, { start: 0, end: 0, ...passage, version }, signal),
    enabled: passage !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const failure = failureOf(image);
  const address = useObjectUrl(image.data);
  const firstBox = useRef<HTMLSpanElement>(null);
  const found = boxes.data?.boxes ?? [];
  const shown = Boolean(address) && found.length > 0;
  const [left = 0, top = 0] = found[0] ?? [];

  // biome-ignore lint/correctness/useExhaustiveDependencies: each place that is looked at, at each size
  useEffect(() => {
    if (shown) firstBox.current?.scrollIntoView({ block: 'center', inline: 'center' });
  }, [shown, left, top, zoom]);

  if (failure) {
    return (
      <ErrorMessage
        title={t('viewer.pageErrorTitle')}
        error={failure}
        layout="inline"
        onRetry={() => void image.refetch()}
      />
    );
  }
  if (!address) {
    return <Skeleton className="mx-auto aspect-[1/1.414] w-full max-w-[56rem] !rounded-lg" />;
  }
  return (
    <div
      role="region"
      aria-label={t('viewer.pageNumber', { page })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto"
    >
      <div
        className={cn(
          'relative mx-auto overflow-hidden rounded-lg border bg-white shadow-md',
          zoom === null ? 'max-w-[56rem]' : 'w-fit',
        )}
      >
        <img
          src={address}
          alt={t('viewer.pageImage', { page, title })}
          className={zoom === null ? 'block w-full' : 'block max-w-none'}
          style={zoom === null ? undefined : { width: (FULL_PIXELS * zoom) / 100 }}
        />
        {found.map(([left = 0, top = 0, right = 0, bottom = 0], at) => (
          <span
            key={`${left}-${top}`}
            ref={at === 0 ? firstBox : undefined}
            aria-hidden
            data-passage-box
            className="absolute animate-in rounded-[3px] bg-[oklch(0.9_0.17_98/0.45)] mix-blend-multiply"
            style={{
              left: `${left * 100}%`,
              top: `${top * 100}%`,
              width: `${(right - left) * 100}%`,
              height: `${(bottom - top) * 100}%`,
            }}
          />
        ))}
      </div>
    </div>
  );
}

function Zoom({ zoom, onZoom }: { zoom: number | null; onZoom: (zoom: number | null) => void }) {
  const { t } = useTranslation();
  const at = zoom ?? 100;
  const smaller = ZOOMS.findLast((one) => one < at);
  const larger = ZOOMS.find((one) => one > at);
  return (
    <div className="flex items-center gap-1">
      <Button
        variant="ghost"
        size="icon"
        disabled={smaller === undefined}
        aria-label={t('viewer.zoomOut')}
        onClick={() => smaller !== undefined && onZoom(smaller)}
      >
        <ZoomOut aria-hidden />
      </Button>
      {zoom !== null && <span role="status">{t('viewer.zoom', { percent: zoom })}</span>}
      <Button
        variant="ghost"
        size="icon"
        disabled={larger === undefined}
        aria-label={t('viewer.zoomIn')}
        onClick={() => larger !== undefined && onZoom(larger)}
      >
        <ZoomIn aria-hidden />
      </Button>
      <Button variant="ghost" size="sm" aria-pressed={zoom === null} onClick={() => onZoom(null)}>
        {t('viewer.zoomFit')}
      </Button>
    </div>
  );
}

function useObjectUrl(blob: Blob | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}
