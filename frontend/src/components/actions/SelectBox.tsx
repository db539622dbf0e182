import { useTranslation } from 'react-i18next';
import type { Action } from '@/services/types';
import { titleOf } from '@/utils/actionTexts';
import type { Selection } from './useSelection';

interface SelectBoxProps {
  /** One, or all of those that were proposed together. */
  actions: readonly Action[];
  selection: Selection;
}

/** Ticks actions to decide on them together. */
export function SelectBox({ actions, selection }: SelectBoxProps) {
  const { t } = useTranslation();
  const [first] = actions;
  if (!first) return null;
  const on = actions.filter(({ id }) => selection.isSelected(id)).length;
  return (
    <span className="relative -m-2 grid size-8 place-items-center max-md:size-11">
      <input
        type="checkbox"
        aria-label={t('actions.select', { title: titleOf(first) || t(`actions.untitled.${first.kind}`) })}
        checked={on === actions.length}
        ref={(box) => {
          if (box) box.indeterminate = on > 0 && on < actions.length;
        }}
        onChange={(event) =>
          selection.select(
            actions.map(({ id }) => id),
            event.target.checked,
          )
        }
        className="size-4 accent-accent"
      />
    </span>
  );
}
