import { ChevronDown, Library, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/Popover';
import { useDocument } from '@/hooks/useDocuments';
import { useScopePlaces } from '@/hooks/useScopePlaces';
import type { QuestionScope } from '@/services/types';
import { formatDate } from '@/utils/format';
import { placeOf, restricting, withoutDocument } from '@/utils/scope';
import { ScopeMenu } from './ScopeMenu';

export interface ScopeBarProps {
  scope: QuestionScope | null;
  onChange: (scope: QuestionScope | null) => void;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** A document was chosen in the list: the field goes on without the "@" that opened it. */
  onNamed: () => void;
  /** Gives the focus back to the field. */
  onClosed: () => void;
}

/** Where the question is asked: a button that tells it and changes it, and what is named, to be taken away. */
export default function ScopeBar({ scope, onChange, open, onOpenChange, onNamed, onClosed }: ScopeBarProps) {
  const { t } = useTranslation();
  const place = placeOf(scope);
  const { name } = useScopePlaces(place);
  const documents = scope?.document_ids ?? [];
  const where = name ?? (documents.length > 0 ? t('scope.documents') : t('scope.everything'));
  const span = spanOf(scope);
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-1.5">
      <Popover open={open} onOpenChange={onOpenChange}>
        <PopoverTrigger asChild>
          <button
            type="button"
            aria-label={t('scope.label', { where })}
            className="inline-flex h-7 min-w-0 max-w-full items-center gap-1.5 rounded-full border px-2.5 text-ink-2 text-sm transition-colors hover:border-line-strong hover:text-ink max-md:h-10"
          >
            <Library className="size-3.5 shrink-0" aria-hidden />
            <span className="truncate">{where}</span>
            <ChevronDown className="size-3.5 shrink-0 text-ink-3" aria-hidden />
          </button>
        </PopoverTrigger>
        <PopoverContent
          aria-label={t('scope.title')}
          side="top"
          className="w-80 max-w-[calc(100vw-1rem)]"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            onClosed();
          }}
        >
          <ScopeMenu
            scope={scope}
            onChange={onChange}
            onNamed={() => {
              onNamed();
              onOpenChange(false);
            }}
            onClose={() => onOpenChange(false)}
          />
        </PopoverContent>
      </Popover>
      {documents.map((id) => (
        <DocumentChip key={id} id={id} onRemove={() => onChange(withoutDocument(scope, id))} />
      ))}
      {span && (
        <Removable
          name={t(span.key, span.days)}
          onRemove={() => onChange(restricting({ ...scope, after: null, before: null }))}
        />
      )}
    </div>
  );
}

/** The last day belongs to the span, while the server's end does not. */
function spanOf(scope: QuestionScope | null) {
  const { after, before } = scope ?? {};
  const from = after ? formatDate(after) : '';
  const until = before ? formatDate(new Date(Date.parse(before) - 1).toISOString()) : '';
  if (from && until) return { key: 'scope.span', days: { from, until } } as const;
  if (from) return { key: 'scope.from', days: { day: from } } as const;
  return until ? ({ key: 'scope.until', days: { day: until } } as const) : null;
}

function DocumentChip({ id, onRemove }: { id: string; onRemove: () => void }) {
  const { t } = useTranslation();
  const document = useDocument(id);
  const name = document.data?.title ?? (document.isPending ? '…' : t('scope.documentGone'));
  return <Removable name={name} onRemove={onRemove} />;
}

function Removable({ name, onRemove }: { name: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <span className="inline-flex h-7 min-w-0 max-w-56 items-center rounded-full bg-accent-soft pl-2.5 text-accent-text text-sm max-md:h-10">
      <span className="truncate" title={name}>
        {name}
      </span>
      <button
        type="button"
        aria-label={t('scope.remove', { name })}
        onClick={onRemove}
        className="grid h-full w-7 shrink-0 place-items-center rounded-r-full hover:text-ink max-md:w-10"
      >
        <X className="size-3.5" aria-hidden />
      </button>
    </span>
  );
}
