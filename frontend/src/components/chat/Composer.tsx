import { ArrowUp, Square } from 'lucide-react';
import {
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { Tooltip } from '@/components/ui/Tooltip';
import { useWays } from '@/hooks/useActions';
import { useHotkey } from '@/hooks/useHotkey';
import type { ActionKind } from '@/services/types';
import { cn } from '@/utils/cn';
import { commandOf, commandsFor } from '@/utils/commands';
import { draftOf, keepDraft } from '@/utils/drafts';
import { CommandMenu } from './CommandMenu';

interface ComposerProps {
  /** Whose draft this is. */
  draftKey: string;
  /** An answer is being written: Stop takes the place of Send. */
  answering: boolean;
  /** Resolves when the question was taken; the text stays when it rejects. */
  onSend: (text: string) => Promise<void>;
  onStop: () => void;
  /** "/mail" and its like: opens what it names with what stands after it. What was typed stays until `done`. */
  onCommand?: (kind: ActionKind, rest: string, done: () => void) => void;
  maxChars: number;
  /** Draws where it is asked. `named` takes the "@" away that asked for a document, `back` returns to the field. */
  scope?: (asked: {
    open: boolean;
    set: (open: boolean) => void;
    named: () => void;
    back: () => void;
  }) => ReactNode;
}

/** Where questions are typed. Enter sends, Shift+Enter breaks the line; while a word is being composed, neither. */
export function Composer({ draftKey, answering, onSend, onStop, onCommand, maxChars, scope }: ComposerProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => draftOf(draftKey));
  const commands = useCommands(text, onCommand !== undefined);
  const { list } = commands;
  const [naming, setNaming] = useState(false);
  const ready = text.trim().length > 0 && (!answering || commands.typed !== null);

  useHotkey('shift+escape', () => field.current?.focus());
  useHotkey('escape', onStop, answering && list.length === 0 && !naming);

  useEffect(() => {
    // A touch keyboard that opens by itself would hide half of the page.
    if (matchMedia('(pointer: fine)').matches) field.current?.focus();
  }, []);

  function change(next: string) {
    setText(next);
    keepDraft(draftKey, next);
  }

  async function send() {
    if (commands.typed) {
      command(commands.typed.kind, commands.typed.rest);
      return;
    }
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

  const command = (kind: ActionKind, rest: string) => onCommand?.(kind, rest, () => change(''));

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.nativeEvent.isComposing) return;
    if (list.length > 0 && !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey) {
      const chosen = list[commands.active];
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        const step = event.key === 'ArrowDown' ? 1 : -1;
        commands.point((commands.active + step + list.length) % list.length);
        return;
      }
      if (event.key === 'Escape') {
        event.preventDefault();
        commands.close();
        return;
      }
      if (event.key === 'Tab' && chosen) {
        event.preventDefault();
        change(`/${chosen.name} `);
        return;
      }
      if (event.key === 'Enter' && chosen) {
        event.preventDefault();
        command(chosen.kind, '');
        return;
      }
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
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
      {list.length > 0 && (
        <CommandMenu
          id={commands.id}
          commands={list}
          active={commands.active}
          onPoint={commands.point}
          onChoose={(kind) => command(kind, '')}
        />
      )}
      <textarea
        ref={field}
        rows={1}
        value={text}
        maxLength={maxChars}
        aria-label={t('chat.composerLabel')}
        aria-autocomplete={list.length > 0 ? 'list' : undefined}
        aria-controls={list.length > 0 ? commands.id : undefined}
        aria-activedescendant={list.length > 0 ? `${commands.id}-${list[commands.active]?.name}` : undefined}
        placeholder={t('chat.placeholder')}
        onChange={({ target, nativeEvent }) => {
          change(target.value);
          // Not within a word, as in an address.
          const before = target.value.slice(0, target.selectionStart);
          if (scope && (nativeEvent as InputEvent).data === '@' && /(^|\s)@$/.test(before)) setNaming(true);
        }}
        onKeyDown={onKeyDown}
        className="field-sizing-content block max-h-52 min-h-[3.25rem] w-full resize-none bg-transparent py-3.5 pr-14 pl-4 text-md outline-none max-md:text-[1rem]"
      />
      {scope && (
        <div className="flex min-h-8 items-center pr-14 pb-2.5 pl-2.5">
          {scope({
            open: naming,
            set: setNaming,
            named: () => change(withoutMention(text, field.current?.selectionStart ?? text.length)),
            back: () => field.current?.focus(),
          })}
        </div>
      )}
      <div className="absolute right-2.5 bottom-2.5">
        {answering && commands.typed === null ? (
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

/** Without the "@" before the cursor. */
const withoutMention = (text: string, at: number) =>
  text[at - 1] === '@' ? text.slice(0, at - 1) + text.slice(at) : text;

/** What can be written here by a command, and the list of it while one is being typed. */
function useCommands(text: string, offered: boolean) {
  const id = useId();
  const asked = offered && text.startsWith('/');
  const ways = useWays(undefined, asked).data ?? [];
  const kinds: ActionKind[] = asked ? ['email', ...ways.map(({ kind }) => kind)] : [];
  // What was closed, or pointed at, counts for what was typed then.
  const [closed, setClosed] = useState<string | null>(null);
  const [pointed, setPointed] = useState({ text: '', index: 0 });
  const list = closed === text ? [] : commandsFor(text, kinds);
  return {
    id,
    list,
    active: pointed.text === text ? Math.min(pointed.index, list.length - 1) : 0,
    point: (index: number) => setPointed({ text, index }),
    close: () => setClosed(text),
    // Also without an account for it, or before those are known: the editor says what to connect.
    typed: asked ? commandOf(text) : null,
  };
}
