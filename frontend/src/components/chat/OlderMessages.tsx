import { type RefObject, useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { useErrorText } from '@/hooks/useErrorText';

export interface OlderState {
  load: () => void;
  loading: boolean;
  error: Error | null;
}

const AHEAD = '600px 0px 0px 0px';

/** The way to earlier messages: they come by themselves when the reader gets near, and by the button in any case. */
export function OlderMessages({
  older,
  scroller,
}: {
  older: OlderState;
  scroller: RefObject<HTMLElement | null>;
}) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const mark = useRef<HTMLDivElement>(null);
  const near = useEffectEvent(() => {
    if (!older.loading && !older.error) older.load();
  });

  // Watched anew after each page: a short one leaves the reader as near as before.
  const settled = !older.loading;
  useEffect(() => {
    if (!mark.current || !settled || typeof IntersectionObserver === 'undefined') return;
    const observer = new IntersectionObserver(
      (seen) => seen.some((entry) => entry.isIntersecting) && near(),
      {
        root: scroller.current,
        rootMargin: AHEAD,
      },
    );
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [scroller, settled]);

  return (
    <div ref={mark} className="flex flex-col items-center gap-2">
      <Button variant="ghost" size="sm" busy={older.loading} onClick={older.load}>
        {t('chat.earlier')}
      </Button>
      {older.error && (
        <p role="alert" className="text-danger text-sm">
          {textOf(older.error)}
        </p>
      )}
    </div>
  );
}
