import { useTranslation } from 'react-i18next';
import { useUser } from '@/contexts/AuthContext';
import type { DocumentRight, LibraryDocument } from '@/services/types';
import { useConnections } from './useConnections';
import { useSourceName } from './useSourceName';

/** Whether the reader may do something with a document. The server decides; this only hides what it would refuse. */
export const mayDo = ({ may }: Pick<LibraryDocument, 'may'>, right: DocumentRight): boolean =>
  may.includes(right);

/** Who shared a document with the reader: a person or a connection. Null for the reader's own. */
export function useOwnerName(): (item: Pick<LibraryDocument, 'owner' | 'source'>) => string | null {
  const { t } = useTranslation();
  const me = useUser();
  const connections = useConnections().data;
  const sourceName = useSourceName();
  return ({ owner, source }) => {
    if ('id' in owner) return owner.id === me.id ? null : owner.name || t('library.ownerGone');
    // What a connection is called is known to those that it is open to; to others it is the service.
    const known = connections?.find(({ id }) => id === owner.connection_id)?.name;
    return owner.name || known || sourceName(source);
  };
}
