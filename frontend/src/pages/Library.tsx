import { FolderUp, LibraryBig, Plus, SearchX, Sparkles, Upload } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DetailsDrawer } from '@/components/library/DetailsDrawer';
import { LibraryFilters } from '@/components/library/LibraryFilters';
import { useDocumentColumns } from '@/components/library/useDocumentColumns';
import { Button } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { ListPage } from '@/components/ui/ListPage';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/components/ui/Menu';
import { useUploadActions } from '@/contexts/UploadContext';
import { useChatConfig } from '@/hooks/useChatConfig';
import { useDocumentProgress, useDocuments } from '@/hooks/useDocuments';
import { useLibraryFilters } from '@/hooks/useLibraryFilters';
import { useLibraryState } from '@/hooks/useLibraryState';
import { useLoadDemo } from '@/hooks/useLoadDemo';
import { usePageTitle } from '@/hooks/usePageTitle';
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
  const columns = useDocumentColumns((item) => setDetailsOf(item.id));

  const items = documents.data?.pages.flatMap((page) => page.items) ?? [];
  const detailed = items.find((item) => item.id === detailsOf) ?? null;
  const total = filtered ? undefined : state.data?.total;
  const count =
    total === undefined && documents.hasNextPage
      ? t('library.shownMore', { shown: formatNumber(items.length) })
      : t('library.shown', { count: total ?? items.length });

  return (
    <>
      <ListPage
        layout="page"
        title={t('library.title')}
        text={items.length > 0 ? count : t('library.subtitle')}
        action={<AddMenu />}
        filters={<LibraryFilters filters={filters} onChange={setFilters} />}
        list={documents}
        items={items}
        errorTitle={t('library.errorTitle')}
        empty={filtered ? <NoMatch onClear={() => setFilters({})} /> : <EmptyLibrary />}
        label={t('library.title')}
        columns={columns}
        rowKey={(item) => item.id}
      />
      <DetailsDrawer document={detailed} onClose={() => setDetailsOf(null)} />
    </>
  );
}

function NoMatch({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState icon={SearchX} title={t('library.noMatchTitle')} text={t('library.noMatchText')}>
      <Button onClick={onClear}>{t('common.clearAll')}</Button>
    </EmptyState>
  );
}

function EmptyLibrary() {
  const { t } = useTranslation();
  const { pickFiles, pickFolder } = useUploadActions();
  const config = useChatConfig();
  const demo = useLoadDemo();
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
        <Button variant="ghost" busy={demo.isPending} onClick={() => demo.mutate()}>
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
