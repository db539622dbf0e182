import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KindIcon } from '@/components/KindIcon';
import { Input } from '@/components/ui/Input';
import { useDebounced } from '@/hooks/useDebounced';
import { useListbox } from '@/hooks/useListbox';
import { useScopePlaces } from '@/hooks/useScopePlaces';
import { listDocuments } from '@/services/documents';
import { failureOf, keys } from '@/services/queries';
import type { LibraryDocument, QuestionScope } from '@/services/types';
import { cn } from '@/utils/cn';
import { dayOf, inPlace, placeOf, restricting, startOfDay, withDocument } from '@/utils/scope';

const PAUSE_MS = 150;
const SHOWN = 6;
const ROW =
  'flex min-h-8 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-base hover:bg-hover has-focus-visible:bg-hover max-md:min-h-10';

interface ScopeMenuProps {
  scope: QuestionScope | null;
  onChange: (scope: QuestionScope | null) => void;
  onNamed: () => void;
  onClose: () => void;
}

/** Documents by title, then the sources, then a span of time. */
export function ScopeMenu({ scope, onChange, onNamed, onClose }: ScopeMenuProps) {
  const { t } = useTranslation();
  const name = useId();
  const chosen = placeOf(scope);
  const { places, isChosen } = useScopePlaces(chosen);
  const everything = !chosen && !scope?.document_ids?.length;
  return (
    <>
      <DocumentFinder
        onClose={onClose}
        onChoose={(document) => {
          onChange(withDocument(scope, document.id));
          onNamed();
        }}
      />
      <div className="min-h-0 overflow-y-auto">
        <fieldset className="p-1">
          <legend className="sr-only">{t('scope.where')}</legend>
          <Place name={name} checked={everything} onChoose={() => onChange(inPlace(scope, null))}>
            {t('scope.everything')}
          </Place>
          {places.map((place) => (
            <Place
              key={`${place.kind}:${place.id}`}
              name={name}
              checked={isChosen(place)}
              onChoose={() => onChange(inPlace(scope, place))}
            >
              {place.name}
            </Place>
          ))}
        </fieldset>
        <fieldset className="grid gap-2 border-t p-3">
          <legend className="sr-only">{t('scope.when')}</legend>
          <Day
            label={t('scope.after')}
            value={dayOf(scope?.after, 0)}
            max={dayOf(scope?.before, 1)}
            onChange={(day) => onChange(restricting({ ...scope, after: day && startOfDay(day, 0) }))}
          />
          <Day
            label={t('scope.before')}
            value={dayOf(scope?.before, 1)}
            min={dayOf(scope?.after, 0)}
            onChange={(day) => onChange(restricting({ ...scope, before: day && startOfDay(day, 1) }))}
          />
        </fieldset>
      </div>
    </>
  );
}

function Place({
  name,
  checked,
  onChoose,
  children,
}: {
  name: string;
  checked: boolean;
  onChoose: () => void;
  children: ReactNode;
}) {
  return (
    <label className={ROW}>
      <input
        type="radio"
        name={name}
        checked={checked}
        onChange={onChoose}
        className="size-4 shrink-0 accent-accent"
      />
      <span className="truncate">{children}</span>
    </label>
  );
}

interface DayProps {
  label: string;
  value: string;
  min?: string;
  max?: string;
  onChange: (day: string) => void;
}

const Day = ({ label, value, min, max, onChange }: DayProps) => (
  <label className="flex items-center justify-between gap-3 text-base text-ink-2">
    {label}
    <input
      type="date"
      value={value}
      min={min || undefined}
      max={max || undefined}
      onChange={(event) => onChange(event.target.value)}
      className="h-8 w-36 rounded-md border border-line-strong bg-surface px-2 text-ink text-sm max-md:h-10"
    />
  </label>
);

/** Documents whose titles have what is typed, the newest first. */
function DocumentFinder({
  onChoose,
  onClose,
}: {
  onChoose: (document: LibraryDocument) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState('');
  const q = useDebounced(typed.trim(), PAUSE_MS);
  const filters = { q: q || undefined, status: 'indexed' } as const;
  const found = useQuery({
    queryKey: [...keys.documentList(filters), 'titles'],
    queryFn: ({ signal }) => listDocuments(filters, undefined, signal, SHOWN),
    placeholderData: (before) => before,
  });
  const options = found.data?.items ?? [];
  // Enter takes none of those that are still there from what was typed before.
  const settled = q === typed.trim() && !found.isPlaceholderData;
  const list = useListbox(options, onChoose, onClose);
  return (
    <div className="border-b p-2">
      <Input
        autoFocus
        role="combobox"
        aria-label={t('scope.find')}
        aria-expanded={options.length > 0}
        aria-autocomplete="list"
        aria-controls={options.length > 0 ? id : undefined}
        aria-activedescendant={options.length > 0 ? `${id}-${list.active}` : undefined}
        placeholder={t('scope.findPlaceholder')}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          list.point(0);
        }}
        onKeyDown={(event) => {
          // The form around the field is not to send what stands in it.
          const waits = event.key === 'Enter' && !settled;
          if (waits || (!list.onKeyDown(event) && event.key === 'Enter')) event.preventDefault();
        }}
        className="h-9"
      />
      {failureOf(found) ? (
        <p role="alert" className="px-2.5 pt-2 text-danger text-sm">
          {t('scope.failed')}
        </p>
      ) : found.data && options.length === 0 ? (
        <p role="status" className="px-2.5 pt-2 text-ink-3 text-sm">
          {t('scope.none')}
        </p>
      ) : (
        <div
          id={id}
          role="listbox"
          aria-label={t('scope.documents')}
          className="mt-1 max-h-56 overflow-y-auto"
        >
          {options.map((document, index) => (
            <div
              key={document.id}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === list.active}
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => list.point(index)}
              onClick={() => onChoose(document)}
              onKeyDown={undefined}
              className={cn(ROW, index === list.active && 'bg-hover')}
            >
              <KindIcon kind={document.kind} />
              <span className="truncate">{document.title}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
