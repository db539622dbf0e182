import { useEffect, useRef, useState } from 'react';
import { copyToClipboard } from '@/utils/copyToClipboard';

const SHOWN_MS = 2000;

/** Copies text; `copied` is true for a moment afterwards. Rejects where the browser forbids the clipboard. */
export function useCopy(): { copied: boolean; copy: (text: string) => Promise<void> } {
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (text: string) => {
    await copyToClipboard(text);
    setCopied(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return { copied, copy };
}
