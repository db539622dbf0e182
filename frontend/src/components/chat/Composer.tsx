import { ArrowUp, Square } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Tooltip } from '@/components/ui/Tooltip';
import { useHotkey } from '@/hooks/useHotkey';
import { cn } from '@/utils/cn';
import { draftOf, keepDraft } from '@/utils/drafts';

interface ComposerProps {
  /** Whose draft this is. */
  draftKey: string;
  /** An answer is being written: Stop takes the place of Send. */
  answering: boolean;
  /** Resolves when the question was taken; the text stays when it rejects. */
  onSend: (text: string) => Promise<void>;
  onStop: () => void;
  maxChars: number;
}

/** Where questions are typed. Enter sends, Shift+Enter breaks the line; while a word is being composed, neither. */
export function Composer({ draftKey, answering, onSend, onStop, maxChars }: ComposerProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => draftOf(draftKey));
  const ready = text.trim().length > 0 && !answering;

  useHotkey('shift+escape', () => field.current?.focus());
  useHotkey('escape', onStop, answering);

  useEffect(() => {
    // A touch keyboard that opens by itself would hide half of the page.
    if (matchMedia('(pointer: fine)').matches) field.current?.focus();
  }, []);

  function change(next: string) {
    setText(next);
    keepDraft(draftKey, next);
  }

  async function send() {
    if (!ready) return;
    const question = text.trim();
    change('');
    try {
      await onSend(question);
    } catch {
      // The page says why. What was typed comes back, unless something new was typed meanwhile.
      setText((now) => now || question);
      keepDraft(draftKey, question);
    }
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  }

  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void send();
      }}
      className="relative rounded-2xl border border-line-strong bg-surface shadow-md transition-[border-color,box-shadow] focus-within:border-accent focus-within:ring-3 focus-within:ring-accent/15"
    >
      <textarea
        ref={field}
        rows={1}
        value={text}
        maxLength={maxChars}
        aria-label={t('chat.composerLabel')}
        placeholder={t('chat.placeholder')}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
        className="field-sizing-content block max-h-52 min-h-[3.25rem] w-full resize-none bg-transparent py-3.5 pr-14 pl-4 text-md outline-none max-md:text-[1rem]"
      />
      <div className="absolute right-2.5 bottom-2.5">
        {answering ? (
          <Tooltip label={t('chat.stop')} keys="escape">
            <button
              type="button"
              aria-label={t('chat.stop')}
              onClick={onStop}
              className="grid size-8 place-items-center rounded-full bg-ink text-canvas transition-transform active:scale-95"
            >
              <Square className="size-3 fill-current" aria-hidden />
            </button>
          </Tooltip>
        ) : (
          <button
            type="submit"
            aria-label={t('chat.send')}
            aria-disabled={!ready}
            className={cn(
              'grid size-8 place-items-center rounded-full transition-[background-color,transform] active:scale-95',
              ready ? 'bg-accent text-on-accent hover:bg-accent-hover' : 'bg-active text-ink-3',
            )}
          >
            <ArrowUp className="size-4.5" strokeWidth={2.25} aria-hidden />
          </button>
        )}
      </div>
    </form>
  );
}
