import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { getOriginal } from '@/services/documents';
import type { LibraryDocument } from '@/services/types';
import { saveBlob } from '@/utils/saveBlob';
import { useRetryDocument } from './useDocuments';
import { useErrorText } from './useErrorText';

/** What can be done with a document from several places, with its notices. */
export function useDocumentActions() {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const again = useRetryDocument();

  const retry = (item: LibraryDocument) =>
    again.mutateAsync(item).then(
      () => toast.success(t('library.retried', { title: item.title })),
      (error: unknown) =>
        toast.error(t('library.retryFailed', { title: item.title }), { description: textOf(error) }),
    );

  async function download(item: LibraryDocument): Promise<void> {
    try {
      saveBlob(await getOriginal(item.id), item.external_id.split('/').at(-1) || item.title);
    } catch (error) {
      toast.error(t('library.downloadFailed'), { description: textOf(error) });
    }
  }

  return { retry, download, retrying: again.isPending };
}
