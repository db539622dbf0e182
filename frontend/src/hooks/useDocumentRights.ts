import { useUser } from '@/contexts/AuthContext';
import type { DocumentOwner, DocumentRight } from '@/services/types';

/** What the server says of who holds a document and what the reader may do with it. */
interface Held {
  owner?: DocumentOwner | null;
  may?: readonly string[] | null;
}

/**
 * Whether the reader may do something with a document. Where the server does not say, its answer decides: the action
 * is offered then.
 */
export const mayDo = ({ may }: Held, right: DocumentRight): boolean => may?.includes(right) ?? true;

/** Who shared a document with the reader: a person or a connection. Null for the reader's own. */
export function useOwnerName(): (item: Held) => string | null {
  const me = useUser();
  return ({ owner }) => (!owner || ('id' in owner && owner.id === me.id) ? null : owner.name);
}
