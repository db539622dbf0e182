import { ArrowRight, GitCompareArrows, History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Message } from '@/services/types';
import { formatDate } from '@/utils/format';
import { documentPath } from '@/utils/paths';
import { citationTarget, passageTarget } from './panelPaths';

/**
 * Where sources of the answer contradict each other, or a newer one replaces an older one: both, with their dates. What
 * concerns other passages is left to the list of sources.
 */
export function Disagreements({ message }: { message: Message }) {
  const { t } = useTranslation();
  const cited = new Set((message.citations ?? []).map((citation) => citation.document_id));
  const items = (message.disagreements ?? []).filter(
    (item) => cited.has(item.older_document_id) || cited.has(item.newer_document_id),
  );
  const targetOf = (id: string) => {
    const citation = message.citations?.find((item) => item.document_id === id);
    if (citation) return citationTarget(message.id, citation);
    const passage = message.passages?.find((item) => item.document_id === id);
    return passage ? passageTarget(message.id, passage) : documentPath(id);
  };
  if (items.length === 0) return null;
  return (
    <ul className="mt-4 space-y-2">
      {items.map((item) => {
        const Icon = item.kind === 'superseded' ? History : GitCompareArrows;
        return (
          <li
            key={`${item.older_document_id}-${item.newer_document_id}-${item.kind}`}
            className="flex items-start gap-2.5 rounded-xl bg-warn-soft px-3.5 py-2.5 text-base"
          >
            <Icon className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden />
            <div>
              <p>
                <span className="font-semibold">{t(`chat.${item.kind}`)}.</span>{' '}
                {item.kind === 'superseded' ? t('chat.supersededText') : item.note}
              </p>
              <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
                <Source
                  to={targetOf(item.older_document_id)}
                  title={item.older_title}
                  date={item.older_date}
                />
                <ArrowRight className="size-3.5 text-ink-3" aria-hidden />
                <Source
                  to={targetOf(item.newer_document_id)}
                  title={item.newer_title}
                  date={item.newer_date}
                />
              </p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

const Source = ({ to, title, date }: { to: string; title: string; date?: string | null }) => (
  <Link to={to} className="text-ink underline decoration-line-strong underline-offset-4 hover:decoration-ink">
    {title}
    {date && <span className="text-ink-2"> ({formatDate(date)})</span>}
  </Link>
);
