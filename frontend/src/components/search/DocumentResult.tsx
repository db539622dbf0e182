import { ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { KindIcon } from '@/components/KindIcon';
import { SourceName } from '@/components/SourceName';
import { leaveAt } from '@/hooks/useResultKeys';
import type { SearchHit } from '@/services/types';
import { cn } from '@/utils/cn';
import { formatDate } from '@/utils/format';
import { isVerbatim } from '@/utils/kinds';
import { passagePath } from '@/utils/paths';
import { Elsewhere } from './Elsewhere';
import { Highlighted } from './Highlighted';
import { MorePassages } from './MorePassages';
import { PassagePlace } from './PassagePlace';

interface DocumentResultProps {
  hit: SearchHit;
  /** Its other passages. */
  passages: readonly SearchHit[];
  onOpen: () => void;
}

/** A document by its best passage. All of the card opens it there. */
export function DocumentResult({ hit, passages, onOpen }: DocumentResultProps) {
  const { t } = useTranslation();
  const [more, setMore] = useState(false);
  const list = useId();
  const kind: string = `kind.${hit.kind}`;
  return (
    <li className="border-b py-1.5 last:border-0">
      <article className="relative -mx-3 rounded-xl px-3 py-3 transition-colors duration-100 hover:bg-hover has-[h2_a:focus-visible]:bg-hover has-[h2_a:focus-visible]:outline-2 has-[h2_a:focus-visible]:outline-accent">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 sm:flex-nowrap">
          <h2 className="flex min-w-0 items-center gap-2.5 font-semibold text-md max-sm:w-full">
            <KindIcon kind={hit.kind} />
            <Link
              to={passagePath(hit)}
              data-result={hit.document_id}
              onClick={() => {
                leaveAt(hit.document_id);
                onOpen();
              }}
              className="truncate outline-none after:absolute after:inset-0"
            >
              {hit.title}
            </Link>
          </h2>
          <p className="ml-auto flex shrink-0 flex-wrap items-center gap-x-1 self-center text-ink-3 text-xs max-sm:ml-0 max-sm:self-auto max-sm:shrink">
            <span>{t(kind as 'kind.pdf')} ·</span>
            <SourceName source={hit.source} connection={hit.connection} className="max-w-44 truncate" />
            <span>
              {[hit.author && `· ${hit.author}`, `· ${formatDate(hit.modified_at)}`]
                .filter(Boolean)
                .join(' ')}
            </span>
          </p>
        </div>
        <div className="mt-1 sm:ml-6.5">
          <PassagePlace passage={hit} />
          <p className="line-clamp-3 text-pretty break-words text-base text-ink-2 leading-relaxed">
            <Highlighted text={hit.text} highlights={hit.highlights} verbatim={isVerbatim(hit.kind)} />
          </p>
        </div>
        <Elsewhere hit={hit} onOpen={onOpen} />
      </article>
      {passages.length > 0 && (
        <>
          <button
            type="button"
            data-result={`${hit.document_id}:more`}
            aria-expanded={more}
            aria-controls={more ? list : undefined}
            onClick={() => setMore(!more)}
            className="mb-1.5 inline-flex min-h-6 items-center gap-1 rounded-md text-ink-3 text-sm transition-colors hover:text-ink max-sm:min-h-9 sm:ml-6.5"
          >
            <ChevronDown className={cn('size-3.5 transition-transform', more && 'rotate-180')} aria-hidden />
            {t('search.more', { count: passages.length })}
            <span className="sr-only"> · {hit.title}</span>
          </button>
          {more && (
            <div id={list}>
              <MorePassages passages={passages} onOpen={onOpen} />
            </div>
          )}
        </>
      )}
    </li>
  );
}
