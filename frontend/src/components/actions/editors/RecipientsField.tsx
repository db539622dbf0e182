import { X } from 'lucide-react';
import { type ClipboardEvent, type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame } from '@/components/FieldFrame';
import { cn } from '@/utils/cn';
import { isComplete, type Recipient, readRecipients, withRecipients } from '@/utils/mailboxes';

interface RecipientsFieldProps {
  label: string;
  value: readonly Recipient[];
  onChange: (value: Recipient[]) => void;
  error?: string;
  autoFocus?: boolean;
}

const DIVIDES = /[,;\n]/;
/** A comma within an open quotation mark belongs to a name. */
const isOpen = (typed: string) => (typed.match(/"/g)?.length ?? 0) % 2 === 1;

/** Recipients one by one, each with name and address; a pasted list becomes several. */
export function RecipientsField({ label, value, onChange, error, autoFocus }: RecipientsFieldProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const wrong = value.filter((one) => !isComplete(one));

  function take(list: string) {
    setTyped('');
    if (list.trim()) onChange(withRecipients(value, readRecipients(list)));
  }

  function change(next: string) {
    if (DIVIDES.test(next.at(-1) ?? '') && !isOpen(next)) take(next);
    else setTyped(next);
  }

  function onPaste(event: ClipboardEvent<HTMLInputElement>) {
    const pasted = event.clipboardData.getData('text');
    if (!DIVIDES.test(pasted.trim())) return;
    event.preventDefault();
    take(typed + pasted);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      take(typed);
    } else if (event.key === 'Backspace' && typed === '' && value.length > 0) {
      onChange(value.slice(0, -1));
    }
  }

  return (
    <FieldFrame
      label={label}
      error={wrong.length > 0 ? t('actions.wrongAddress', { count: wrong.length }) : error}
    >
      {(given) => (
        <div
          className={cn(
            'flex min-h-10 flex-wrap items-center gap-1.5 rounded-lg border bg-surface px-2 py-1.5 shadow-sm transition-[border-color,box-shadow] focus-within:border-accent focus-within:ring-3 focus-within:ring-accent/20',
            given['aria-invalid'] ? 'border-danger' : 'border-line-strong hover:border-ink-3',
          )}
        >
          {value.length > 0 && (
            <ul aria-label={label} className="contents">
              {value.map((one) => (
                <Chip
                  key={one.address ?? one.typed}
                  recipient={one}
                  onRemove={() => onChange(value.filter((other) => other !== one))}
                />
              ))}
            </ul>
          )}
          <input
            {...given}
            // biome-ignore lint/a11y/noAutofocus: the first field of a dialog that was just opened
            autoFocus={autoFocus}
            type="text"
            inputMode="email"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => change(event.target.value)}
            onPaste={onPaste}
            onKeyDown={onKeyDown}
            onBlur={() => take(typed)}
            className="h-7 min-w-32 flex-1 bg-transparent text-base outline-none max-md:text-[1rem]"
          />
        </div>
      )}
    </FieldFrame>
  );
}

function Chip({ recipient, onRemove }: { recipient: Recipient; onRemove: () => void }) {
  const { t } = useTranslation();
  const { name, address, typed } = recipient;
  const wrong = address === null;
  return (
    <li
      className={cn(
        'flex min-w-0 max-w-full items-center gap-1 rounded-full py-0.5 pr-0.5 pl-2.5 text-sm',
        wrong ? 'bg-danger-soft text-danger' : 'bg-hover text-ink',
      )}
    >
      <span className="min-w-0 truncate" title={wrong ? typed : `${name ? `${name} ` : ''}<${address}>`}>
        {wrong && <span className="sr-only">{t('actions.noAddress')} </span>}
        {wrong ? (
          typed
        ) : name ? (
          <>
            <bdi className="font-medium">{name}</bdi> <span className="text-ink-2">&lt;{address}&gt;</span>
          </>
        ) : (
          address
        )}
      </span>
      <button
        type="button"
        aria-label={t('actions.removeRecipient', { who: address ?? typed })}
        onClick={onRemove}
        className="grid size-6 shrink-0 place-items-center rounded-full hover:bg-active"
      >
        <X className="size-3.5" aria-hidden />
      </button>
    </li>
  );
}
