import { FileText, FileX2, UserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Chip } from '@/components/ui/Chip';
import { useUser } from '@/contexts/AuthContext';
import type { Action, Evidence } from '@/services/types';
import { CodePointIndex } from '@/utils/codepoints';
import { documentPath, passagePath } from '@/utils/paths';
import { useFieldName } from './useFieldName';

/** Fields of which it matters who said them. The prose is told of sentence by sentence. */
const ADDRESSED = ['to', 'cc', 'bcc', 'attendees', 'channel', 'start', 'end', 'location'] as const;

/** From where it is known what the action says: of each claim the passage, of whom and when and where who said so. */
export function EvidenceList({ action }: { action: Action }) {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const origins = ADDRESSED.filter((name) => action.origins[name] && isGiven(action.payload[name]));
  const claims = action.evidence.filter(({ end }) => end > 0);
  if (origins.length === 0 && claims.length === 0) return null;
  return (
    <div className="border-t pt-4">
      <h3 className="font-medium text-base">{t('actions.evidence.title')}</h3>
      <ul aria-label={t('actions.evidence.title')} className="mt-2 space-y-2">
        {origins.map((name) => (
          <li key={name} className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <span className="text-base">{nameOf(name)}</span>
            <OriginChip action={action} name={name} />
          </li>
        ))}
        {claims.map((one) => (
          <li
            key={`${one.field} ${one.start}`}
            className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-base"
          >
            <q className="min-w-0 break-words text-ink-2 [unicode-bidi:isolate]">{claimOf(action, one)}</q>
            <EvidenceChip of={one} />
          </li>
        ))}
      </ul>
    </div>
  );
}

const isGiven = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

/** The words of a claim as they stand in their field. */
function claimOf({ payload }: Action, { field, start, end }: Evidence): string {
  const text = typeof payload[field] === 'string' ? payload[field] : '';
  const index = new CodePointIndex(text);
  return text.slice(index.toUtf16(start), index.toUtf16(end));
}

function OriginChip({ action, name }: { action: Action; name: string }) {
  const { t } = useTranslation();
  const { id: me } = useUser();
  const origin = action.origins[name] ?? 'assistant';
  const passages = action.evidence.filter(({ field, end }) => field === name && end === 0);
  if (origin === 'document' && passages.length > 0) {
    return passages.map((one) => <EvidenceChip key={one.document_id} of={one} />);
  }
  if (origin === 'person') {
    return (
      <Chip icon={UserRound}>
        {action.created_by === me
          ? t('actions.evidence.you')
          : t('actions.evidence.person', { name: action.created_by_name ?? t('actions.actor.gone') })}
      </Chip>
    );
  }
  return (
    <Chip icon={origin === 'directory' ? UserRound : undefined}>{t(`actions.evidence.from.${origin}`)}</Chip>
  );
}

/** A passage that can be opened, one that cannot, the person's own words, or that nothing was found. */
export function EvidenceChip({ of }: { of: Evidence }) {
  const { t } = useTranslation();
  if (of.support === 'person') return <Chip icon={UserRound}>{t('actions.evidence.inQuestion')}</Chip>;
  if (of.support === 'none') {
    return <span className="text-ink-3 text-sm">{t('actions.evidence.none')}</span>;
  }
  if (of.state === 'closed' || !of.document_id) {
    return <Chip icon={FileX2}>{t('actions.evidence.closed')}</Chip>;
  }
  const title = of.title ?? '';
  const place =
    of.location && of.version ? { document_id: of.document_id, version: of.version, ...of.location } : null;
  return (
    <>
      <Link
        to={place ? passagePath(place) : documentPath(of.document_id)}
        title={of.quote ?? undefined}
        aria-label={t(place ? 'actions.evidence.open' : 'actions.evidence.openDocument', { title })}
        className="inline-flex min-w-0 max-w-full items-center rounded-full hover:underline max-md:min-h-10"
      >
        <Chip icon={FileText} tone="accent" size="md">
          {title}
        </Chip>
      </Link>
      {of.state === 'changed' && <span className="text-ink-3 text-sm">{t('actions.evidence.changed')}</span>}
    </>
  );
}
