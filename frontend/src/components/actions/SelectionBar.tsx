import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { MOST_AT_ONCE, type Selection } from './useSelection';

interface SelectionBarProps {
  selection: Selection;
  onDecide: (decision: 'approve' | 'reject') => void;
}

/** What is ticked of a list, and what may be decided about it at once. */
export function SelectionBar({ selection, onDecide }: SelectionBarProps) {
  const { t } = useTranslation();
  const id = useId();
  const { selectable, selected } = selection;
  if (selectable.length < 2 && selected.length === 0) return null;
  return (
    <div className="mb-2 flex min-h-10 flex-wrap items-center gap-x-3 gap-y-2 px-4 sm:px-5">
      <span className="flex items-center gap-2.5 text-base max-md:min-h-10">
        <input
          id={id}
          type="checkbox"
          checked={selected.length === Math.min(selectable.length, MOST_AT_ONCE)}
          ref={(box) => {
            if (box)
              box.indeterminate =
                selected.length > 0 && selected.length < Math.min(selectable.length, MOST_AT_ONCE);
          }}
          onChange={(event) =>
            selection.select(
              selectable.map((one) => one.id),
              event.target.checked,
            )
          }
          className="size-4 shrink-0 accent-accent"
        />
        <label htmlFor={id}>{t('actions.selectAll')}</label>
      </span>
      {selected.length > 0 && (
        <>
          <p role="status" className="text-base text-ink-3">
            {t('actions.selected', { count: selected.length })}
            {selection.isFull && ` · ${t('actions.mostAtOnce', { count: MOST_AT_ONCE })}`}
          </p>
          <span className="flex flex-wrap gap-2 sm:ml-auto">
            <Button size="sm" variant="primary" className="max-md:h-10" onClick={() => onDecide('approve')}>
              {t('actions.approveSelected')}
            </Button>
            <Button size="sm" className="max-md:h-10" onClick={() => onDecide('reject')}>
              {t('actions.rejectSelected')}
            </Button>
          </span>
        </>
      )}
    </div>
  );
}
