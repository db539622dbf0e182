import { useState } from 'react';

/** A yes or no that this browser remembers. Where storage is blocked it holds until the page is left. */
export function useStoredFlag(key: string, initial = false): [boolean, (value: boolean) => void] {
  const [flag, setFlag] = useState(() => {
    try {
      const value = localStorage.getItem(key);
      return value === null ? initial : value === '1';
    } catch {
      return initial;
    }
  });
  const store = (value: boolean) => {
    setFlag(value);
    try {
      localStorage.setItem(key, value ? '1' : '0');
    } catch {
      // Only a convenience is lost.
    }
  };
  return [flag, store];
}
