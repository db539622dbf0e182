import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { Input } from '@/components/ui/Input';
import type { Find } from '@/hooks/useFind';
import { MOST_FOUND } from '@/utils/findWords';

/** Finds words in the document that is open. */
export function FindBar({ find }: { find: Find }) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const count = find.found.length;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that it is asked for
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [find.asked]);

  return (
    <search className="flex shrink-0 items-center gap-1 border-b bg-surface px-3 py-1.5">
      <Input
        ref={field}
        value={find.query}
        onChange={(event) => find.setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          find.step(event.shiftKey ? -1 : 1);
        }}
        aria-label={t('viewer.find')}
        placeholder={t('viewer.find')}
        maxLength={200}
        className="h-8 min-w-0 max-w-sm flex-1 max-md:h-10"
      />
      <span role="status" className="min-w-20 px-2 text-ink-2 text-sm tabular-nums">
        {count > 0
          ? t(count < MOST_FOUND ? 'viewer.findCount' : 'viewer.findMany', { at: find.at + 1, count })
          : find.query.trim() !== '' && t('viewer.findNone')}
      </span>
      <Button
        variant="ghost"
        size="icon"
        disabled={count === 0}
        aria-label={t('viewer.findPrevious')}
        onClick={() => find.step(-1)}
      >
        <ChevronUp aria-hidden />
      </Button>
      <Button
        variant="ghost"
        size="icon"
        disabled={count === 0}
        aria-label={t('viewer.findNext')}
        onClick={() => find.step(1)}
      >
        <ChevronDown aria-hidden />
      </Button>
      <Button
        variant="ghost"
        size="icon"
        className="ml-auto"
        aria-label={t('viewer.findClose')}
        onClick={find.close}
      >
        <X aria-hidden />
      </Button>
    </search>
  );
}
