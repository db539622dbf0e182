import { type RefObject, useRef, useState } from 'react';

/** The server's rule for a name. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .@-]{0,63}$/u;

export interface GroupEntry {
  groups: readonly string[];
  change: (groups: string[]) => void;
  typed: string;
  type: (text: string) => void;
  /** What is typed cannot be a group's name; known once it was to be taken. */
  misnamed: boolean;
  /** Adds what is typed, if anything is. The groups with it; null, and the field says why, when it cannot be a name. */
  take: () => string[] | null;
  field: RefObject<HTMLInputElement | null>;
}

/** Names of groups, with one that may still be being typed. */
export function useGroupEntry(groups: readonly string[], change: (groups: string[]) => void): GroupEntry {
  const [typed, setTyped] = useState('');
  const [misnamed, setMisnamed] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  function take(): string[] | null {
    const name = typed.trim();
    if (!name) return [...groups];
    if (!NAME.test(name)) {
      setMisnamed(true);
      field.current?.focus();
      return null;
    }
    type('');
    if (groups.includes(name)) return [...groups];
    const taken = [...groups, name];
    change(taken);
    return taken;
  }

  function type(text: string) {
    setMisnamed(false);
    setTyped(text);
  }

  return { groups, change, typed, type, misnamed, take, field };
}
