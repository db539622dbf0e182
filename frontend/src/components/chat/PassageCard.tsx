import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { KindIcon } from '@/components/KindIcon';
import { SupportMark } from '@/components/SourceCitation';
import { SourceName } from '@/components/SourceName';
import type { Citation, SourceConnection } from '@/services/types';
import { cn } from '@/utils/cn';
import { formatDate } from '@/utils/format';
import { previewOf } from '@/utils/snippet';

const INDEX =
  'grid h-[1.2rem] min-w-[1.2rem] shrink-0 place-items-center rounded-md px-1 font-semibold text-2xs';

interface PassageCardProps {
  to: string;
  title: string;
  text: string;
  /** The sentence that it begins with, where nothing is quoted: it comes closest to the question. */
  closest?: string;
  kind?: string;
  index?: number;
  date?: string | null;
  /** Where in the document it stands, in words. */
  place?: string;
  /** What holds its document, where that is a connection. */
  connection?: SourceConnection | null;
  support?: Citation['support'];
  /** The words are quoted in the answer: they are highlighted. */
  quoted?: boolean;
  superseded?: boolean;
  active?: boolean;
  /** Kept with the address that it leads to. */
  state?: object;
}

/** A passage as a card that opens its document at the words. */
export function PassageCard(props: PassageCardProps) {
  const {
    to,
    title,
    text,
    closest,
    kind,
    index,
    date,
    place,
    connection,
    support,
    quoted,
    superseded,
    active,
    state,
  } = props;
  const { t } = useTranslation();
  // The fainter ink is too faint on the ground of an active card.
  const faint = active ? 'text-ink-2' : 'text-ink-3';
  return (
    <Link
      to={to}
      state={state}
      aria-current={active || undefined}
      className={cn(
        'block rounded-xl border p-3.5 transition-colors hover:border-line-strong hover:bg-hover',
        active ? 'border-accent/60 bg-accent-soft' : 'bg-surface',
      )}
    >
      <span className="flex items-center gap-2">
        {index === undefined ? (
          kind && <KindIcon kind={kind} />
        ) : (
          <span className={cn(INDEX, 'bg-accent-soft text-accent-text')}>{index}</span>
        )}
        <span className="min-w-0 flex-1 truncate font-medium text-base">{title}</span>
        {date && <span className={cn('shrink-0 text-xs', faint)}>{formatDate(date)}</span>}
      </span>
      {closest && (
        <span className="mt-2 line-clamp-3 break-words text-sm leading-relaxed">
          <mark className="text-on-mark">{previewOf(closest)}</mark>
        </span>
      )}
      <span
        className={cn(
          'break-words text-ink-2 text-sm leading-relaxed',
          closest ? 'mt-1 line-clamp-2 empty:hidden' : 'mt-2 line-clamp-4',
        )}
      >
        {quoted ? <mark className="!text-on-mark px-0.5">{text.trim()}</mark> : previewOf(text)}
      </span>
      {(support || place || superseded || connection) && (
        <span className={cn('mt-2 flex min-w-0 items-center gap-3 text-xs', faint)}>
          {support && <SupportMark support={support} />}
          {place && (
            <span className="min-w-0 truncate" title={place}>
              {place}
            </span>
          )}
          {connection && <SourceName source={connection.type} connection={connection} />}
          {superseded && <span className="font-medium text-warn">{t('chat.superseded')}</span>}
        </span>
      )}
    </Link>
  );
}

/** In the place of the card of a source that is no longer open to the reader. */
export function ClosedCard({ index }: { index: number }) {
  const { t } = useTranslation();
  return (
    <p className="flex items-center gap-2 rounded-xl border bg-surface p-3.5 text-base text-ink-2">
      <span className={cn(INDEX, 'bg-hover text-ink-3')}>{index}</span>
      {t('chat.closedSource')}
    </p>
  );
}
