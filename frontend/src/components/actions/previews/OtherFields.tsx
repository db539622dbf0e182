import { useTranslation } from 'react-i18next';
import { valueText } from '@/utils/previewChanges';
import { useFieldName } from '../useFieldName';
import { Fact, Facts } from './Facts';

interface OtherFieldsProps {
  preview: Readonly<Record<string, unknown>>;
  /** The fields that are shown already. */
  known: readonly string[];
}

/** What goes out and this page has no place for: nothing of it is left unsaid. */
export function OtherFields({ preview, known }: OtherFieldsProps) {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const rest = Object.keys(preview).filter(
    (field) => !known.includes(field) && valueText(preview[field]) !== '',
  );
  if (rest.length === 0) return null;
  return (
    <fieldset aria-label={t('actions.otherFields')} className="min-w-0 border-t pt-4">
      <Facts>
        {rest.map((field) => (
          <Fact key={field} label={nameOf(field)}>
            <span className="whitespace-pre-wrap">{valueText(preview[field])}</span>
          </Fact>
        ))}
      </Facts>
    </fieldset>
  );
}
