import { Paperclip, Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadingIndicator } from '@/components/LoadingIndicator';
import { Button } from '@/components/ui/Button';
import { SearchInput } from '@/components/ui/SearchInput';
import { useDebounced } from '@/hooks/useDebounced';
import { useDocuments } from '@/hooks/useDocuments';
import { useErrorText } from '@/hooks/useErrorText';
import { failureOf } from '@/services/queries';
import type { Attached } from '@/utils/actionDrafts';

interface AttachmentsFieldProps {
  value: readonly Attached[];
  onChange: (value: Attached[]) => void;
  error?: string;
}

const SHOWN = 6;

/** Documents of the library that go with a mail. */
export function AttachmentsField({ value, onChange, error }: AttachmentsFieldProps) {
  const { t } = useTranslation();
  const [choosing, setChoosing] = useState(false);
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-sm">{t('actions.fields.attachments')}</legend>
      {value.length > 0 && (
        <ul className="mb-2 space-y-1.5">
          {value.map((one) => (
            <li
              key={one.document_id}
              className="flex min-h-9 items-center gap-2 rounded-lg border px-3 text-base"
            >
              <Paperclip className="size-4 shrink-0 text-ink-3" aria-hidden />
              <span className="min-w-0 flex-1 truncate">{one.name}</span>
              <button
                type="button"
                aria-label={t('actions.detach', { name: one.name })}
                onClick={() => onChange(value.filter(({ document_id }) => document_id !== one.document_id))}
                className="-mr-1.5 grid size-8 place-items-center rounded-md text-ink-3 hover:bg-hover hover:text-ink"
              >
                <X className="size-4" aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      {choosing ? (
        <Choice
          taken={value}
          onChoose={(one) => onChange([...value, one])}
          onDone={() => setChoosing(false)}
        />
      ) : (
        <Button size="sm" className="max-md:h-10" onClick={() => setChoosing(true)}>
          <Plus aria-hidden />
          {t('actions.attach')}
        </Button>
      )}
      {error && (
        <p role="alert" className="mt-1.5 text-danger text-sm">
          {error}
        </p>
      )}
    </fieldset>
  );
}

interface ChoiceProps {
  taken: readonly Attached[];
  onChoose: (one: Attached) => void;
  onDone: () => void;
}

function Choice({ taken, onChoose, onDone }: ChoiceProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [typed, setTyped] = useState('');
  const q = useDebounced(typed.trim(), 200);
  const documents = useDocuments(q ? { q } : {});
  const failure = failureOf(documents);
  const items = (documents.data?.pages[0]?.items ?? [])
    .filter(({ id }) => !taken.some(({ document_id }) => document_id === id))
    .slice(0, SHOWN);
  return (
    <div className="rounded-lg border p-2">
      <div className="flex items-center gap-2">
        <SearchInput
          label={t('actions.searchLibrary')}
          placeholder={t('actions.searchLibrary')}
          value={typed}
          onChange={setTyped}
          onKeyDown={(event) => {
            // It is within the form, which this key would send.
            if (event.key === 'Enter') event.preventDefault();
          }}
          className="h-9 flex-1 max-md:h-10"
        />
        <Button variant="ghost" size="sm" className="max-md:h-10" onClick={onDone}>
          {t('common.done')}
        </Button>
      </div>
      {documents.isPending ? (
        <LoadingIndicator className="h-16" />
      ) : failure ? (
        <p role="alert" className="px-2 py-3 text-base text-danger">
          {textOf(failure)}
        </p>
      ) : items.length === 0 ? (
        <p className="px-2 py-3 text-base text-ink-3">{t('actions.noDocuments')}</p>
      ) : (
        <ul aria-label={t('actions.documents')} className="mt-1">
          {items.map(({ id, title }) => (
            <li key={id}>
              <button
                type="button"
                onClick={() => onChoose({ document_id: id, name: title })}
                className="flex min-h-9 w-full items-center gap-2 rounded-md px-2 text-left text-base hover:bg-hover max-md:min-h-10"
              >
                <Plus className="size-4 shrink-0 text-ink-3" aria-hidden />
                <span className="min-w-0 truncate">{title}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
