import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ErrorMessage } from '@/components/ErrorMessage';
import { SkeletonText } from '@/components/Skeleton';
import { leaveAt } from '@/hooks/useResultKeys';
import { usePassages } from '@/hooks/useSearch';
import type { SearchHit } from '@/services/types';
import { passagePath } from '@/utils/paths';
import { Highlighted } from './Highlighted';
import { isVerbatim, PassagePlace } from './PassagePlace';

interface MorePassagesProps {
  query: string;
  /** The passage that is shown already. */
  shown: SearchHit;
  onOpen: () => void;
}

/** The other passages of a document that fit, the best first. */
export function MorePassages({ query, shown, onOpen }: MorePassagesProps) {
  const { t } = useTranslation();
  const passages = usePassages(shown.document_id, query);
  if (passages.isPending) {
    return (
      <div role="status" aria-busy="true" aria-label={t('common.loading')} className="py-2 sm:ml-6.5">
        <SkeletonText lines={2} />
      </div>
    );
  }
  if (passages.isError) {
    return (
      <div className="py-2 sm:ml-6.5">
        <ErrorMessage
          title={t('search.errorTitle')}
          error={passages.error}
          layout="inline"
          onRetry={() => void passages.refetch()}
        />
      </div>
    );
  }
  const others = passages.data.hits.filter((hit) => !overlaps(hit, shown));
  if (others.length === 0) {
    return (
      <p role="status" className="pb-2 text-base text-ink-3 sm:ml-6.5">
        {t('search.noMore')}
      </p>
    );
  }
  return (
    <ul className="mb-2 border-line-strong border-l pl-3 sm:ml-8">
      {others.map((hit) => {
        const id = `${hit.document_id}:${hit.start}`;
        return (
          <li key={id}>
            <Link
              to={passagePath(hit)}
              data-result={id}
              onClick={() => {
                leaveAt(id);
                onOpen();
              }}
              className="block rounded-lg px-3 py-2 transition-colors hover:bg-hover"
            >
              <PassagePlace heading={hit.heading} page={hit.page} />
              <span className="line-clamp-3 break-words text-base text-ink-2 leading-relaxed">
                <Highlighted text={hit.text} highlights={hit.highlights} verbatim={isVerbatim(hit.kind)} />
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

const overlaps = (one: SearchHit, other: SearchHit): boolean =>
  one.version === other.version && one.start < other.end && other.start < one.end;
