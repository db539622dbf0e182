import { useTranslation } from 'react-i18next';
import type { FieldChange } from '@/services/previews';
import { formatDateTime } from '@/utils/format';
import { valueText } from '@/utils/previewChanges';
import { useFieldName } from './useFieldName';

/** What was and what is, field by field. */
export function Changes({ changes, title }: { changes: readonly FieldChange[]; title: string }) {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const shown = (field: string, value: unknown) =>
    (field === 'schedule_at' && value ? formatDateTime(String(value)) : valueText(value)) ||
    t('actions.nothingThere');
  return (
    <fieldset aria-label={title} className="min-w-0 rounded-xl border p-4">
      <p className="font-semibold text-base">{title}</p>
      <dl className="mt-2 space-y-2.5">
        {changes.map(({ field, before, after }) => (
          <div key={field} className="text-base">
            <dt className="text-ink-3 text-sm">{nameOf(field)}</dt>
            <dd className="whitespace-pre-wrap break-words">
              <del className="text-ink-2 decoration-danger/60">
                <span className="sr-only">{t('actions.before')} </span>
                {shown(field, before)}
              </del>
              <span aria-hidden className="text-ink-3">
                {' → '}
              </span>
              <ins className="font-medium no-underline">
                <span className="sr-only">{t('actions.after')} </span>
                {shown(field, after)}
              </ins>
            </dd>
          </div>
        ))}
      </dl>
    </fieldset>
  );
}
