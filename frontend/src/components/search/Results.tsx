import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { KindIcon } from '@/components/library/KindIcon';
import { useSourceName } from '@/hooks/useSourceName';
import type { SearchHit } from '@/services/types';
import { cn } from '@/utils/cn';
import { formatDate } from '@/utils/format';
import { passagePath } from '@/utils/paths';
import { Highlighted } from './Highlighted';

interface ResultsProps {
  hits: readonly SearchHit[];
  degraded: readonly string[];
  /** These are the results of the query before, while the new ones are on their way. */
  stale: boolean;
}

const SHOWN = 2;

/** Passages by document, the best document first. Arrow keys go from passage to passage. */
export function Results({ hits, degraded, stale }: ResultsProps) {
  const { t } = useTranslation();
  const groups = byDocument(hits);

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-result]')];
    const at = links.indexOf(document.activeElement as HTMLElement);
    const next = links[event.key === 'ArrowDown' ? at + 1 : at - 1];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move between the links inside
    <div onKeyDown={onKeyDown} className={cn('transition-opacity', stale && 'opacity-55')}>
      <p role="status" className="text-ink-3 text-sm">
        {t('search.results', {
          count: hits.length,
          documents: t('search.documents', { count: groups.length }),
        })}
      </p>
      {degraded.length > 0 && (
        <p className="mt-2 rounded-lg bg-warn-soft px-3 py-2 text-base">
          {t('search.degraded', { parts: degraded.join(', ') })}
        </p>
      )}
      <ol className="mt-3 divide-y">
        {groups.map((group) => (
          <Group key={group[0]?.document_id} hits={group} />
        ))}
      </ol>
    </div>
  );
}

function byDocument(hits: readonly SearchHit[]): SearchHit[][] {
  const groups = new Map<string, SearchHit[]>();
  for (const hit of hits) {
    const group = groups.get(hit.document_id);
    if (group) group.push(hit);
    else groups.set(hit.document_id, [hit]);
  }
  return [...groups.values()];
}

function Group({ hits }: { hits: readonly SearchHit[] }) {
  const { t } = useTranslation();
  const nameOf = useSourceName();
  const [all, setAll] = useState(false);
  const first = hits[0];
  if (!first) return null;
  const shown = all ? hits : hits.slice(0, SHOWN);
  const hidden = hits.length - shown.length;
  return (
    <li className="py-5">
      <div className="flex items-center gap-2.5">
        <KindIcon kind={first.kind} />
        <h2 className="min-w-0 truncate font-semibold text-md">{first.title}</h2>
        <span className="ml-auto shrink-0 text-ink-3 text-xs max-sm:hidden">
          {[nameOf(first.source), first.author, formatDate(first.modified_at)].filter(Boolean).join(' · ')}
        </span>
      </div>
      <ul className="mt-1.5">
        {shown.map((hit) => (
          <li key={`${hit.start}-${hit.version}`}>
            <Link
              to={passagePath(hit)}
              data-result
              className="-mx-3 block rounded-lg px-3 py-2 transition-colors hover:bg-hover sm:ml-3.5"
            >
              {(hit.heading || hit.page != null) && (
                <span className="mb-0.5 block truncate text-ink-3 text-xs">
                  {[hit.heading, hit.page != null && t('chat.page', { page: hit.page })]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              )}
              <span className="line-clamp-3 break-words text-base text-ink-2 leading-relaxed">
                <Highlighted text={hit.text} highlights={hit.highlights} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {hidden > 0 && (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="mt-1 ml-[1.6rem] inline-flex items-center gap-1 rounded-md font-medium text-ink-3 text-sm hover:text-ink"
        >
          <ChevronDown className="size-3.5" aria-hidden />
          {t('search.morePassages', { count: hidden })}
        </button>
      )}
    </li>
  );
}
