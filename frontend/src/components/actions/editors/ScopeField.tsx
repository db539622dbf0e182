import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { EventDraft } from '@/utils/actionDrafts';

type Scope = 'this' | 'following' | 'all';
const SCOPES = ['this', 'following', 'all'] as const satisfies readonly Scope[];

interface ScopeFieldProps {
  event: Pick<EventDraft, 'operation' | 'scope' | 'updates' | 'invited'>;
  onChange: (scope: Scope) => void;
  error?: string;
}

/** What of a series is meant, with what each will do and whom it mails. */
export function ScopeField({ event, onChange, error }: ScopeFieldProps) {
  const { t } = useTranslation();
  const name = useId();
  const changes = event.operation === 'update';
  const mails = (scope: Scope) => {
    if (event.updates === 'none') return t('actions.updates.none');
    if (scope !== 'this') return t(`actions.scopeMails.${event.updates}`);
    const people = event.invited.join(', ');
    return people ? t(`actions.scopeMailsThis.${event.updates}`, { people }) : t('actions.noMails');
  };
  return (
    <fieldset aria-describedby={error ? `${name}-error` : undefined}>
      <legend className="mb-1.5 font-medium text-sm">{t('actions.scopeLegend')}</legend>
      <div className="divide-y rounded-xl border">
        {SCOPES.map((scope) => {
          const closed = changes && scope === 'following';
          return (
            <label
              key={scope}
              className="flex cursor-pointer items-start gap-3 px-3.5 py-2.5 text-base hover:bg-hover has-disabled:cursor-not-allowed"
            >
              <input
                type="radio"
                name={name}
                checked={event.scope === scope}
                disabled={closed}
                onChange={() => onChange(scope)}
                className="mt-1 size-4 shrink-0 accent-accent"
              />
              <span className="min-w-0">
                <span className="block font-medium">{t(`actions.scopeName.${scope}`)}</span>
                <span className="block text-pretty text-ink-2 text-sm">
                  {closed
                    ? t('actions.scopeClosed')
                    : t(`actions.scopeText.${changes ? 'update' : 'cancel'}.${scope}`)}
                </span>
                {!closed && <span className="block break-words text-ink-3 text-sm">{mails(scope)}</span>}
              </span>
            </label>
          );
        })}
      </div>
      {error && (
        <p id={`${name}-error`} className="mt-1.5 text-danger text-sm">
          {error}
        </p>
      )}
    </fieldset>
  );
}
