import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorMessage } from '@/components/ErrorMessage';
import { Skeleton } from '@/components/Skeleton';
import { Button } from '@/components/ui/Button';
import { getPageBoxes, getPageImage } from '@/services/documents';
import { failureOf, keys } from '@/services/queries';
import type { PassageRange } from './TextView';

interface PageViewProps {
  documentId: string;
  title: string;
  version: number;
  page: number;
  pages: number;
  passage: PassageRange | null;
  onPage: (page: number) => void;
}

/** A page of a PDF as it looks, with the passage boxed. */
export function PageView({ documentId, title, version, page, pages, passage, onPage }: PageViewProps) {
  const { t } = useTranslation();
  const image = useQuery({
    queryKey: keys.pageImage(documentId, page),
    queryFn: ({ signal }) => getPageImage(documentId, page, signal),
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

  useEffect(() => {
    if (shown) firstBox.current?.scrollIntoView({ block: 'center' });
  }, [shown]);

  return (
    <div>
      {pages > 1 && (
        <div className="mb-3 flex items-center justify-center gap-2 text-ink-2 text-sm tabular-nums">
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
      {failure ? (
        <ErrorMessage
          title={t('viewer.pageErrorTitle')}
          error={failure}
          layout="inline"
          onRetry={() => void image.refetch()}
        />
      ) : address ? (
        <div className="relative mx-auto w-fit overflow-hidden rounded-lg border bg-white shadow-md">
          <img
            src={address}
            alt={t('viewer.pageImage', { page, title })}
            className="block w-full max-w-[56rem]"
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
      ) : (
        <Skeleton className="mx-auto aspect-[1/1.414] w-full max-w-[56rem] !rounded-lg" />
      )}
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
