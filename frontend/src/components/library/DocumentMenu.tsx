import { BookOpen, Download, Ellipsis, Info, RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import { Button } from '@/components/ui/Button';
import { ConfirmDialog } from '@/components/ui/Dialog';
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '@/components/ui/Menu';
import { useDocumentActions } from '@/hooks/useDocumentActions';
import { mayDo } from '@/hooks/useDocumentRights';
import { useDeleteDocument } from '@/hooks/useDocuments';
import { useErrorText } from '@/hooks/useErrorText';
import type { LibraryDocument } from '@/services/types';
import { documentPath } from '@/utils/paths';

export function DocumentMenu({ item, onDetails }: { item: LibraryDocument; onDetails: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { retry, download } = useDocumentActions();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Menu>
        <MenuTrigger asChild>
          <Button variant="ghost" size="icon" aria-label={t('library.actions', { title: item.title })}>
            <Ellipsis aria-hidden />
          </Button>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem onSelect={() => navigate(documentPath(item.id))}>
            <BookOpen aria-hidden />
            {t('library.open')}
          </MenuItem>
          <MenuItem onSelect={onDetails}>
            <Info aria-hidden />
            {t('library.details')}
          </MenuItem>
          <MenuItem onSelect={() => void download(item)}>
            <Download aria-hidden />
            {t('library.download')}
          </MenuItem>
          {item.status === 'failed' && mayDo(item, 'retry') && (
            <MenuItem onSelect={() => retry(item)}>
              <RotateCw aria-hidden />
              {t('library.retry')}
            </MenuItem>
          )}
          {mayDo(item, 'delete') && (
            <>
              <MenuSeparator />
              <MenuItem danger onSelect={() => setAsking(true)}>
                <Trash2 aria-hidden />
                {t('library.delete')}
              </MenuItem>
            </>
          )}
        </MenuContent>
      </Menu>
      {asking && <DeleteDocument item={item} onClose={() => setAsking(false)} />}
    </>
  );
}

interface DeleteDocumentProps {
  item: LibraryDocument;
  onClose: () => void;
  onDeleted?: () => void;
}

export function DeleteDocument({ item, onClose, onDeleted }: DeleteDocumentProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const remove = useDeleteDocument();
  const confirm = () =>
    remove.mutateAsync(item).then(
      () => {
        toast.success(t('library.deleted', { title: item.title }));
        onClose();
        onDeleted?.();
      },
      (error: unknown) =>
        toast.error(t('library.deleteFailed', { title: item.title }), { description: textOf(error) }),
    );
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('library.deleteTitle')}
      description={t('library.deleteText', { title: item.title })}
      action={t('library.delete')}
      busy={remove.isPending}
      onConfirm={confirm}
    />
  );
}
