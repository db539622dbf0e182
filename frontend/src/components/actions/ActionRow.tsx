import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Action } from '@/services/types';
import { recipientsOf, titleOf } from '@/utils/actionTexts';
import { actionPath } from '@/utils/paths';
import { KIND_ICONS } from './kinds';
import { StateChip } from './StateChip';

interface ActionRowProps {
  action: Action;
  /** When, and what came of it. */
  note: ReactNode;
  /** Its state stands beside it. */
  stated?: boolean;
  button?: ReactNode;
  /** Ticks it. */
  box?: ReactNode;
}

const NAMED = 2;

/** An action in a list; it leads to all of it. */
export function ActionRow({ action, note, stated = false, button, box }: ActionRowProps) {
  const { t } = useTranslation();
  const Icon = KIND_ICONS[action.kind];
  const people = recipientsOf(action);
  const shown = people.slice(0, NAMED).join(', ');
  const more = people.length - NAMED;
  return (
    <li className="relative flex flex-wrap items-center gap-x-3.5 gap-y-2 px-4 py-3.5 transition-colors first:rounded-t-2xl last:rounded-b-2xl hover:bg-hover sm:px-5">
      {box}
      <span aria-hidden className="grid size-9 shrink-0 place-items-center rounded-lg bg-hover text-ink-2">
        <Icon className="size-[1.125rem]" strokeWidth={1.75} />
      </span>
      <div className="min-w-0 flex-1 basis-48 text-base">
        <p className="truncate">
          <Link
            to={actionPath(action.id)}
            className="rounded font-medium after:absolute after:inset-0 after:rounded-[inherit] hover:text-accent-text focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
          >
            {titleOf(action) || t(`actions.untitled.${action.kind}`)}
          </Link>
        </p>
        <p className="truncate text-ink-2">
          {t(`actions.kind.${action.kind}`)}{' '}
          {people.length > 0 &&
            (more > 0
              ? t('actions.toMore', { people: shown, count: more })
              : t('actions.to', { people: shown }))}
        </p>
        <p className="text-ink-3 text-sm">{note}</p>
      </div>
      <div className="relative flex items-center gap-2.5">
        {stated && <StateChip status={action.status} />}
        {button}
      </div>
    </li>
  );
}
