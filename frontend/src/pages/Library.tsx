import { FolderUp, LibraryBig, Plus, SearchX, Sparkles, Upload } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { ErrorMessage } from '@/components/ErrorMessage';
import { DetailsDrawer } from '@/components/library/DetailsDrawer';
import { DocumentTable } from '@/components/library/DocumentTable';
import { LibraryFilters } from '@/components/library/LibraryFilters';
import { TableSkeleton } from '@/components/library/TableSkeleton';
import { useUploadActions } from '@/components/library/UploadArea';
import { Button } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/components/ui/Menu';
import { useChatConfig } from '@/hooks/useChatConfig';
import { useDocumentProgress, useDocuments, useLoadDemo } from '@/hooks/useDocuments';
import { useErrorText } from '@/hooks/useErrorText';
import { useLibraryFilters } from '@/hooks/useLibraryFilters';
import { useLibraryState } from '@/hooks/useLibraryState';
import { usePageTitle } from '@/hooks/usePageTitle';
import type { LibraryDocument } from '@/services/types';
import { formatNumber } from '@/utils/format';

/** Everything the answers are made of. */
export default function Library() {
  const { t } = useTranslation();
  usePageTitle(t('library.title'));
  const { filters, setFilters, filtered } = useLibraryFilters();
  const documents = useDocuments(filters);
  useDocumentProgress(filters, documents.data);
  const state = useLibraryState();
  const [detailsOf, setDetailsOf] = useState<string | null>(null);

  const items = documents.data?.pages.flatMap((page) => page.items) ?? [];
  const detailed = items.find((item) => item.id === detailsOf) ?? null;
  const total = filtered ? undefined : state.data?.total;
  const count =
    total === undefined && documents.hasNextPage
      ? t('library.shownMore', { shown: formatNumber(items.length) })
      : t('library.shown', { count: total ?? items.length });

  return (
    <div className="flex h-full flex-col">
      <header className="mx-auto w-full max-w-6xl px-4 pt-6 sm:px-8 sm:pt-8">
        <div className="flex items-start justify-between gap-4">
          <div>
            <h1 className="text-xl font-semibold">{t('library.title')}</h1>
            <p className="mt-0.5 text-base text-ink-3" aria-live="polite">
              {items.length > 0 ? count : t('library.subtitle')}
            </p>
          </div>
          <AddMenu />
        </div>
        <LibraryFilters filters={filters} onChange={setFilters} />
      </header>
      <Content
        documents={documents}
        items={items}
        filtered={filtered}
        onClear={() => setFilters({})}
        onDetails={(item) => setDetailsOf(item.id)}
      />
      <DetailsDrawer document={detailed} onClose={() => setDetailsOf(null)} />
    </div>
  );
}

interface ContentProps {
  documents: ReturnType<typeof useDocuments>;
  items: readonly LibraryDocument[];
  filtered: boolean;
  onClear: () => void;
  onDetails: (item: LibraryDocument) => void;
}

function Content({ documents, items, filtered, onClear, onDetails }: ContentProps) {
  const { t } = useTranslation();
  if (documents.isPending) return <TableSkeleton />;
  if (documents.isError && items.length === 0) {
    return (
      <ErrorMessage
        title={t('library.errorTitle')}
        error={documents.error}
        onRetry={() => void documents.refetch()}
      />
    );
  }
  if (items.length === 0 && !documents.hasNextPage) {
    return filtered ? (
      <EmptyState icon={SearchX} title={t('library.noMatchTitle')} text={t('library.noMatchText')}>
        <Button onClick={onClear}>{t('common.clearAll')}</Button>
      </EmptyState>
    ) : (
      <EmptyLibrary />
    );
  }
  return (
    <DocumentTable
      items={items}
      hasMore={documents.hasNextPage}
      loadingMore={documents.isFetchingNextPage}
      onEnd={() => void documents.fetchNextPage()}
      onDetails={onDetails}
    />
  );
}

function EmptyLibrary() {
  const { t } = useTranslation();
  const { pickFiles, pickFolder } = useUploadActions();
  const textOf = useErrorText();
  const config = useChatConfig();
  const demo = useLoadDemo();
  const tryDemo = () =>
    demo.mutate(undefined, {
      onSuccess: ({ documents }) => toast.success(t('library.demoLoaded', { count: documents })),
      onError: (error) => toast.error(t('library.demoFailed'), { description: textOf(error) }),
    });
  return (
    <EmptyState icon={LibraryBig} title={t('library.emptyTitle')} text={t('library.emptyText')}>
      <Button variant="primary" onClick={pickFiles}>
        <Upload aria-hidden />
        {t('library.addFiles')}
      </Button>
      <Button onClick={pickFolder}>
        <FolderUp aria-hidden />
        {t('library.addFolder')}
      </Button>
      {config.data?.demo_available && (
        <Button variant="ghost" busy={demo.isPending} onClick={tryDemo}>
          <Sparkles aria-hidden />
          {t('library.tryDemo')}
        </Button>
      )}
    </EmptyState>
  );
}

function AddMenu() {
  const { t } = useTranslation();
  const { pickFiles, pickFolder } = useUploadActions();
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button variant="primary">
          <Plus aria-hidden />
          {t('library.add')}
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        <MenuItem onSelect={pickFiles}>
          <Upload aria-hidden />
          {t('library.addFiles')}
        </MenuItem>
        <MenuItem onSelect={pickFolder}>
          <FolderUp aria-hidden />
          {t('library.addFolder')}
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
