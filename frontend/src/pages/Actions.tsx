import { Plus, Send } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { ActionRow } from '@/components/actions/ActionRow';
import { ActionSection } from '@/components/actions/ActionSection';
import NewAction from '@/components/actions/editors/NewAction';
import { type HistoryFilter, HistoryFilters } from '@/components/actions/HistoryFilters';
import { KIND_ICONS } from '@/components/actions/kinds';
import { ScheduledRow } from '@/components/actions/ScheduledRow';
import { SelectBox } from '@/components/actions/SelectBox';
import { SelectionBar } from '@/components/actions/SelectionBar';
import { isSelectable, useSelection } from '@/components/actions/useSelection';
import { Button, buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/components/ui/Menu';
import { useActionEvents, useActions, useWays } from '@/hooks/useActions';
import { usePageTitle } from '@/hooks/usePageTitle';
import { ACTION_KINDS, type Action, type ActionKind } from '@/services/types';
import { ON_ITS_WAY, PAST } from '@/utils/actionMoves';
import { titleOf } from '@/utils/actionTexts';
import { formatMoment } from '@/utils/moment';
import { actionPath } from '@/utils/paths';

const ReviewMany = lazy(() => import('@/components/actions/ReviewMany'));

/** What waits for a decision, what is on its way, and what became of the rest. */
export default function Actions() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [writing, setWriting] = useState<ActionKind | null>(null);
  const [filter, setFilter] = useState<HistoryFilter>({});
  usePageTitle(t('actions.title'));
  useActionEvents();
  const awaiting = useActions({ awaiting: 'me' });
  const scheduled = useActions({ status: ON_ITS_WAY });
  const history = useActions({
    decided: filter.decided,
    // What others decide on as well may still wait for them.
    status: filter.status ? [filter.status] : filter.decided ? undefined : PAST,
    kind: filter.kind,
  });
  const selection = useSelection(awaiting.data?.pages.flatMap(({ items }) => items) ?? []);
  const [deciding, setDeciding] = useState<'approve' | 'reject' | null>(null);
  const narrowed = filter.status !== undefined || filter.kind !== undefined;
  return (
    <div className="mx-auto w-full max-w-4xl px-4 pt-6 pb-20 sm:px-8 sm:pt-8">
      <div className="flex items-start justify-between gap-4">
        <div className="min-w-0">
          <h1 className="font-semibold text-xl">{t('actions.title')}</h1>
          <p className="mt-0.5 text-pretty text-base text-ink-3">{t('actions.subtitle')}</p>
        </div>
        <div className="flex flex-wrap justify-end gap-2">
          <Link to="/actions/templates" className={buttonStyles()}>
            {t('actions.templates.link')}
          </Link>
          <NewMenu onChoose={setWriting} />
        </div>
      </div>
      <ActionSection
        title={t('actions.awaiting')}
        list={awaiting}
        bar={<SelectionBar selection={selection} onDecide={setDeciding} />}
        row={(action) => (
          <AwaitingRow
            key={action.id}
            action={action}
            box={isSelectable(action) && <SelectBox actions={[action]} selection={selection} />}
          />
        )}
        groupBox={(actions) => <SelectBox actions={actions.filter(isSelectable)} selection={selection} />}
        empty={
          <div className="rounded-2xl border border-dashed [&>div]:py-8">
            <EmptyState
              icon={Send}
              title={t('actions.awaitingEmptyTitle')}
              text={t('actions.awaitingEmptyText')}
            >
              <Button onClick={() => setWriting('email')}>{t('actions.newMail')}</Button>
            </EmptyState>
          </div>
        }
      />
      <ActionSection
        title={t('actions.scheduled')}
        list={scheduled}
        row={(action) => <ScheduledRow key={action.id} action={action} />}
        empty={<p className="text-base text-ink-3">{t('actions.scheduledEmpty')}</p>}
      />
      <ActionSection
        title={t('actions.history')}
        filters={<HistoryFilters filter={filter} onChange={setFilter} />}
        list={history}
        row={(action) => <PastRow key={action.id} action={action} named={filter.decided === 'me'} />}
        empty={
          narrowed ? (
            <EmptyState icon={Send} title={t('actions.noMatchTitle')} text={t('actions.noMatchText')}>
              <Button onClick={() => setFilter({ decided: filter.decided })}>{t('common.clearAll')}</Button>
            </EmptyState>
          ) : (
            <p className="text-base text-ink-3">
              {t(filter.decided ? 'actions.decidedEmpty' : 'actions.historyEmpty')}
            </p>
          )
        }
      />
      {deciding && (
        <Suspense>
          <ReviewMany
            decision={deciding}
            actions={selection.selected}
            onDone={selection.clear}
            onClose={() => setDeciding(null)}
          />
        </Suspense>
      )}
      {writing && (
        <NewAction
          kind={writing}
          onProposed={(made) => navigate(actionPath(made.id))}
          onClose={() => setWriting(null)}
        />
      )}
    </div>
  );
}

function AwaitingRow({ action, box }: { action: Action; box: ReactNode }) {
  const { t } = useTranslation();
  const title = titleOf(action) || t(`actions.untitled.${action.kind}`);
  return (
    <ActionRow
      action={action}
      box={box}
      note={t('actions.expires', { time: formatMoment(action.expires_at) })}
      button={
        <Link
          to={actionPath(action.id)}
          aria-label={t('actions.reviewNamed', { title })}
          className={buttonStyles({ size: 'sm', className: 'max-md:hidden' })}
        >
          {t('actions.review')}
        </Link>
      }
    />
  );
}

function PastRow({ action, named }: { action: Action; named: boolean }) {
  const { t } = useTranslation();
  const { receipt, timeline, created_at } = action;
  const at = formatMoment(timeline.at(-1)?.at ?? created_at);
  return (
    <ActionRow
      action={action}
      stated
      note={[
        at,
        named && t('actions.proposedBy', { name: action.created_by_name ?? t('actions.actor.gone') }),
        receipt && t('actions.receiptId', { id: receipt.id }),
      ]
        .filter(Boolean)
        .join(' · ')}
    />
  );
}

/** A mail at once; what else can be written here, in a menu. */
function NewMenu({ onChoose }: { onChoose: (kind: ActionKind) => void }) {
  const { t } = useTranslation();
  const ways = useWays().data ?? [];
  const kinds = ACTION_KINDS.filter((kind) => kind === 'email' || ways.some((way) => way.kind === kind));
  if (kinds.length === 1) {
    return (
      <Button variant="primary" onClick={() => onChoose('email')}>
        <Plus aria-hidden />
        {t('actions.newMail')}
      </Button>
    );
  }
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button variant="primary">
          <Plus aria-hidden />
          {t('actions.new')}
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        {kinds.map((kind) => {
          const Icon = KIND_ICONS[kind];
          return (
            <MenuItem key={kind} onSelect={() => onChoose(kind)}>
              <Icon aria-hidden />
              {t(`actions.newTitle.${kind}`)}
            </MenuItem>
          );
        })}
      </MenuContent>
    </Menu>
  );
}
