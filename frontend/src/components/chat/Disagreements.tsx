import { ArrowRight, GitCompareArrows, History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Disagreement, Message } from '@/services/types';
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
      {byKind(items).map(([kind, group]) => {
        const Icon = kind === 'superseded' ? History : GitCompareArrows;
        return (
          <li key={kind} className="flex items-start gap-2.5 rounded-xl bg-warn-soft px-3.5 py-2.5 text-base">
            <Icon className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden />
            <div>
              <p>
                <span className="font-semibold">{t(`chat.${kind}`)}.</span> {t(`chat.${kind}Text`)}
              </p>
              {group.map((item) => (
                <div key={`${item.older_document_id}-${item.newer_document_id}`} className="mt-1 text-sm">
                  {kind === 'conflict' && <p className="text-ink-2">{item.note}</p>}
                  <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
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
              ))}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function byKind(items: readonly Disagreement[]): [Disagreement['kind'], Disagreement[]][] {
  const kinds = ['superseded', 'conflict'] as const;
  return kinds
    .map((kind): [Disagreement['kind'], Disagreement[]] => [kind, items.filter((item) => item.kind === kind)])
    .filter(([, group]) => group.length > 0);
}

const Source = ({ to, title, date }: { to: string; title: string; date?: string | null }) => (
  <Link to={to} className="text-ink underline decoration-line-strong underline-offset-4 hover:decoration-ink">
    {title}
    {date && <span className="text-ink-2"> ({formatDate(date)})</span>}
  </Link>
);
