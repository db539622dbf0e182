import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FieldFrame, TEXT_AREA } from '@/components/FieldFrame';
import { useErrorText } from '@/hooks/useErrorText';
import { listChoices } from '@/services/connections';
import { failureOf, keys } from '@/services/queries';
import { CheckList } from './CheckList';
import { OptionInput, type OptionInputProps } from './OptionFields';

/** An option that is picked from what the connected account sees. Where that cannot be asked, it is typed. */
export function PickedField({ connectionId, ...given }: OptionInputProps & { connectionId: string }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const { field, value, error, onChange } = given;
  const choices = useQuery({
    queryKey: keys.connectionChoices(connectionId, field.name),
    queryFn: ({ signal }) => listChoices(connectionId, field.name, signal),
    select: ({ items }) => items,
  });
  const failure = failureOf(choices);
  if (failure) {
    return (
      <div>
        <OptionInput {...given} field={{ ...field, picked: false }} />
        <p role="status" className="mt-1.5 text-sm text-warn">
          {t('connections.choicesFailed', { reason: textOf(failure) })}
        </p>
      </div>
    );
  }
  if (!choices.data) {
    return (
      <p role="status" aria-busy="true" className="text-ink-3 text-sm">
        {t('connections.choicesLoading', { label: field.label })}
      </p>
    );
  }
  if (field.kind === 'list') {
    return (
      <CheckList
        label={field.label}
        hint={field.hint}
        error={error}
        choices={choices.data}
        values={Array.isArray(value) ? value : []}
        onChange={onChange}
      />
    );
  }
  const chosen = typeof value === 'string' ? value : '';
  const known = choices.data.some((choice) => choice.value === chosen);
  return (
    <FieldFrame label={field.label} hint={field.hint} error={error}>
      {(props) => (
        <select
          {...props}
          value={chosen}
          onChange={(event) => onChange(event.target.value)}
          className={`${TEXT_AREA} h-10`}
        >
          <option value="">{t('connections.everything')}</option>
          {!known && chosen && <option value={chosen}>{chosen}</option>}
          {choices.data.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
}
