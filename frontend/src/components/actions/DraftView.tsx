import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button } from '@/components/ui/Button';
import { Notice } from '@/components/ui/Notice';
import type { Mailbox } from '@/services/previews';
import type { Action, Suggestion } from '@/services/types';
import { documentPath, passagePath } from '@/utils/paths';
import { Fact, Facts, Mailboxes, Written } from './previews/Facts';
import { useFieldName } from './useFieldName';

const PEOPLE = ['to', 'cc', 'attendees'] as const;
const PROSE = ['text', 'description'] as const;

interface DraftViewProps {
  action: Action;
  /** Opens the editor with this value in its field. Without it nothing can be added any more. */
  onUse?: (suggestion: Suggestion) => void;
}

/** What was begun in a conversation: what stands already, what is missing, and what may be taken over. */
export function DraftView({ action: { payload, missing, suggestions }, onUse }: DraftViewProps) {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const people = PEOPLE.filter((name) => Array.isArray(payload[name]) && payload[name].length > 0);
  const title = payload.subject ?? payload.title;
  return (
    <div className="space-y-4">
      {onUse && (
        <Notice
          tone="warn"
          title={t('actions.draftTitle')}
          text={t('actions.draftMissing', { fields: missing.map(nameOf).join(', ') })}
        />
      )}
      <Facts>
        {people.map((name) => (
          <Fact key={name} label={nameOf(name)}>
            <Mailboxes of={payload[name] as Mailbox[]} />
          </Fact>
        ))}
        {typeof title === 'string' && title && (
          <Fact label={nameOf(payload.subject === undefined ? 'title' : 'subject')}>
            <bdi className="font-medium">{title}</bdi>
          </Fact>
        )}
        {typeof payload.location === 'string' && payload.location && (
          <Fact label={nameOf('location')}>
            <bdi>{payload.location}</bdi>
          </Fact>
        )}
      </Facts>
      {PROSE.map((name) =>
        typeof payload[name] === 'string' && payload[name].trim() ? (
          <Written key={name}>{payload[name]}</Written>
        ) : null,
      )}
      {onUse && suggestions.length > 0 && (
        <fieldset aria-label={t('actions.suggestions')} className="min-w-0 border-t pt-4">
          <p className="font-medium text-base">{t('actions.suggestions')}</p>
          <p className="mt-0.5 text-pretty text-ink-3 text-sm">{t('actions.suggestionsText')}</p>
          <ul className="mt-3 space-y-2">
            {suggestions.map((one) => (
              <li
                key={`${one.field} ${one.value}`}
                className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-xl bg-hover px-3.5 py-2.5"
              >
                <p className="min-w-0 flex-1 basis-60 text-base">
                  <span className="text-ink-3">{nameOf(one.field)}</span>{' '}
                  <bdi className="break-all font-medium">{one.value}</bdi>
                  <span className="block text-ink-3 text-sm">
                    <Origin of={one} />
                  </span>
                </p>
                {TAKEN.includes(one.field) && (
                  <Button size="sm" className="max-md:h-10" onClick={() => onUse(one)}>
                    {one.title ? t('actions.useFrom', { title: one.title }) : t('actions.use')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </fieldset>
      )}
    </div>
  );
}

/** The fields of an editor that take a value as it stands; times and files are chosen there. */
const TAKEN: readonly string[] = ['to', 'cc', 'attendees', 'location'];

function Origin({ of: { origin, document_id, title, source } }: { of: Suggestion }) {
  const { t } = useTranslation();
  if (origin === 'document' && document_id && title) {
    return (
      <>
        {t('actions.onlyIn')}{' '}
        <Link
          to={source ? passagePath(source) : documentPath(document_id)}
          className="underline hover:text-ink"
        >
          {title}
        </Link>
      </>
    );
  }
  return t(
    origin === 'person' || origin === 'directory' ? `actions.origin.${origin}` : 'actions.origin.assistant',
  );
}
