import { useTranslation } from 'react-i18next';
import { useUser } from '@/contexts/AuthContext';
import type { DocumentRight, LibraryDocument } from '@/services/types';

/** Whether the reader may do something with a document. The server decides; this only hides what it would refuse. */
export const mayDo = ({ may }: Pick<LibraryDocument, 'may'>, right: DocumentRight): boolean =>
  may.includes(right);

/** Who shared a document with the reader: a person or a connection. Null for the reader's own. */
export function useOwnerName(): (item: Pick<LibraryDocument, 'owner'>) => string | null {
  const { t } = useTranslation();
  const me = useUser();
  return ({ owner }) => ('id' in owner && owner.id === me.id ? null : owner.name || t('library.ownerGone'));
}
