import { useState } from 'react';
import type { FieldChange } from '@/services/previews';
import type { Action } from '@/services/types';
import { changesBetween } from '@/utils/previewChanges';

const contentOf = ({ preview, schedule_at }: Action) => ({ ...preview, schedule_at });

/**
 * What the reader has seen of an action, against what it is now. What they changed themselves is only told; what
 * changed elsewhere has to be looked at before it can be approved.
 */
export function useShownContent(action: Action) {
  const [seen, setSeen] = useState(action);
  const [own, setOwn] = useState<{ before: Action; hash: string } | null>(null);
  const elsewhere = action.hash !== seen.hash;
  const before = elsewhere ? seen : own?.hash === action.hash ? own.before : null;
  // All of what was only begun is new.
  const changes: FieldChange[] =
    before && before.status !== 'draft' ? changesBetween(contentOf(before), contentOf(action)) : [];
  return {
    changes,
    elsewhere,
    /** It was looked at as it is now. */
    acknowledge: () => setSeen(action),
    /** The reader changed it to this. */
    edited: (after: Action) => {
      setOwn({ before: seen, hash: after.hash });
      setSeen(after);
    },
  };
}
