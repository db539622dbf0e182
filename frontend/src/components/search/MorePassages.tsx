import { Link } from 'react-router';
import { leaveAt } from '@/hooks/useResultKeys';
import type { SearchHit } from '@/services/types';
import { isVerbatim } from '@/utils/kinds';
import { passagePath } from '@/utils/paths';
import { Highlighted } from './Highlighted';
import { PassagePlace } from './PassagePlace';

interface MorePassagesProps {
  passages: readonly SearchHit[];
  onOpen: () => void;
}

/** The other passages of a document that fit, the best first. */
export const MorePassages = ({ passages, onOpen }: MorePassagesProps) => (
  <ul className="mb-2 animate-rise border-line-strong border-l pl-1 sm:ml-8">
    {passages.map((hit) => {
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
            <PassagePlace passage={hit} />
            <span className="line-clamp-3 break-words text-base text-ink-2 leading-relaxed">
              <Highlighted text={hit.text} highlights={hit.highlights} verbatim={isVerbatim(hit.kind)} />
            </span>
          </Link>
        </li>
      );
    })}
  </ul>
);
