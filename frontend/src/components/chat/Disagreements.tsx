import { ArrowRight, GitCompareArrows, History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Disagreement, Passage } from '@/services/types';
import { formatDate } from '@/utils/format';
import { documentPath } from '@/utils/paths';
import { passageTarget } from './panelPaths';

interface DisagreementsProps {
  items: readonly Disagreement[];
  passages: readonly Passage[];
  messageId: string;
}

/** Where sources contradict each other, or a newer one replaces an older one: both, with their dates. */
export function Disagreements({ items, passages, messageId }: DisagreementsProps) {
  const { t } = useTranslation();
  const targetOf = (id: string) => {
    const passage = passages.find((item) => item.document_id === id);
    return passage ? passageTarget(messageId, passage) : documentPath(id);
  };
  if (items.length === 0) return null;
  return (
    <ul className="mt-4 space-y-2">
      {items.map((item) => {
        const Icon = item.kind === 'superseded' ? History : GitCompareArrows;
        return (
          <li
            key={`${item.older_document_id}-${item.newer_document_id}-${item.kind}`}
            className="rounded-xl bg-warn-soft px-3.5 py-3 text-base"
          >
            <p className="flex items-start gap-2.5">
              <Icon className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden />
              <span>
                <span className="font-semibold">{t(`chat.${item.kind}`)}.</span> {item.note}
              </span>
            </p>
            <p className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 pl-[1.625rem] text-sm">
              <Source to={targetOf(item.older_document_id)} title={item.older_title} date={item.older_date} />
              <ArrowRight className="size-3.5 text-ink-3" aria-hidden />
              <Source to={targetOf(item.newer_document_id)} title={item.newer_title} date={item.newer_date} />
            </p>
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
