import { ChevronDown, Users } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '@/hooks/useActions';
import type { Action, ActionStatus } from '@/services/types';
import { titleOf } from '@/utils/actionTexts';
import { cn } from '@/utils/cn';

interface GroupRowProps {
  group: string;
  /** Those of it that stand in this list. */
  actions: readonly Action[];
  row: (action: Action) => ReactNode;
  /** Ticks all of them. */
  box?: ReactNode;
}

/** Mails that were proposed together, as one row that unfolds, with how many of them stand where. */
export function GroupRow({ group, actions, row, box }: GroupRowProps) {
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState(false);
  // Of another person's group the server lists none: then these here are all that is known.
  const own = useActions({ group }).data?.pages.flatMap(({ items }) => items) ?? [];
  const all = own.length > 0 ? own : actions;
  const first = actions[0] as Action;
  const title = titleOf(first) || t(`actions.untitled.${first.kind}`);
  return (
    <li>
      <div className="flex flex-wrap items-center gap-x-3.5 gap-y-2 px-4 py-3.5 sm:px-5">
        {box}
        <span aria-hidden className="grid size-9 shrink-0 place-items-center rounded-lg bg-hover text-ink-2">
          <Users className="size-[1.125rem]" strokeWidth={1.75} />
        </span>
        <div className="min-w-0 flex-1 basis-48 text-base">
          <p className="truncate font-medium">{title}</p>
          <p className="truncate text-ink-2">{t('actions.groupOf', { count: first.group_size })}</p>
          <p className="text-ink-3 text-sm">{useCounts(all)}</p>
        </div>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          aria-label={t(open ? 'actions.fold' : 'actions.unfold', { title })}
          onClick={() => setOpen(!open)}
          className="grid size-9 shrink-0 place-items-center rounded-lg text-ink-2 hover:bg-hover max-md:size-11"
        >
          <ChevronDown aria-hidden className={cn('size-4 transition-transform', open && 'rotate-180')} />
        </button>
      </div>
      <ul id={id} hidden={!open} className="divide-y border-t pl-4 sm:pl-8">
        {open && actions.map(row)}
      </ul>
    </li>
  );
}

/** "Sent 3 · Awaiting approval 2", the most first. */
function useCounts(actions: readonly Action[]): string {
  const { t } = useTranslation();
  const counts = new Map<ActionStatus, number>();
  for (const { status } of actions) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([status, count]) => t('actions.stateCount', { state: t(`actions.status.${status}`), count }))
    .join(' · ');
}
