import { useTranslation } from 'react-i18next';
import { FieldFrame, TEXT_AREA } from '@/components/FieldFrame';
import { FormField } from '@/components/FormField';
import { type OptionField, type OptionValue, type OptionValues, readable } from '@/utils/optionFields';
import { CheckList } from './CheckList';
import { PickedField } from './PickedField';

interface OptionFieldsProps {
  fields: readonly OptionField[];
  values: OptionValues;
  onChange: (name: string, value: OptionValue) => void;
  errorOf: (name: string) => string | undefined;
  /** Of what is connected already: its account can say what there is to choose. */
  connectionId?: string;
}

/** The options of a source as fields, made from what its connector says of them. */
export function OptionFields({ fields, values, onChange, errorOf, connectionId }: OptionFieldsProps) {
  return (
    <div className="space-y-4">
      {fields.map((field) => {
        const given = {
          field,
          value: values[field.name] ?? null,
          error: errorOf(field.name),
          onChange: (value: OptionValue) => onChange(field.name, value),
        };
        return field.picked && connectionId ? (
          <PickedField key={field.name} connectionId={connectionId} {...given} />
        ) : (
          <OptionInput key={field.name} {...given} />
        );
      })}
    </div>
  );
}

export interface OptionInputProps {
  field: OptionField;
  value: OptionValue;
  error: string | undefined;
  onChange: (value: OptionValue) => void;
}

/** One option, typed or ticked. */
export function OptionInput({ field, value, error, onChange }: OptionInputProps) {
  const { t } = useTranslation();
  const { kind, label, hint, values, min, max, picked } = field;
  const toPick = picked ? [hint, t('connections.pickLater')].filter(Boolean).join(' ') : hint;
  switch (kind) {
    case 'boolean':
      return (
        <label className="flex cursor-pointer items-start gap-3 text-base">
          <input
            type="checkbox"
            checked={value === true}
            onChange={(event) => onChange(event.target.checked)}
            className="mt-[0.1875rem] size-4 shrink-0 accent-accent"
          />
          <span className="min-w-0">
            <span className="font-medium text-sm">{label}</span>
            {hint && <span className="block text-pretty text-ink-3 text-sm">{hint}</span>}
            {error && <span className="block text-danger text-sm">{error}</span>}
          </span>
        </label>
      );
    case 'integer':
      return (
        <FormField
          label={label}
          hint={hint}
          error={error}
          type="number"
          inputMode="numeric"
          min={min}
          max={max}
          value={typeof value === 'number' ? value : ''}
          onChange={(event) =>
            onChange(event.target.value === '' ? null : Math.trunc(Number(event.target.value)))
          }
        />
      );
    case 'choice':
      return (
        <FieldFrame label={label} hint={hint} error={error}>
          {(given) => (
            <select
              {...given}
              value={typeof value === 'string' ? value : ''}
              onChange={(event) => onChange(event.target.value)}
              className={`${TEXT_AREA} h-10`}
            >
              {values.map((one) => (
                <option key={one} value={one}>
                  {readable(one)}
                </option>
              ))}
            </select>
          )}
        </FieldFrame>
      );
    case 'list':
      if (values.length > 0) {
        return (
          <CheckList
            label={label}
            hint={hint}
            error={error}
            choices={values.map((one) => ({ value: one, label: readable(one) }))}
            values={Array.isArray(value) ? value : []}
            onChange={onChange}
          />
        );
      }
      return <Lines label={label} hint={toPick} error={error} value={value} onChange={onChange} />;
    case 'text':
      return (
        <FormField
          label={label}
          hint={toPick}
          error={error}
          autoComplete="off"
          spellCheck={false}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

interface LinesProps {
  label: string;
  hint: string | undefined;
  error: string | undefined;
  value: OptionValue;
  onChange: (value: string[]) => void;
}

/** Any number of values, each on a line of its own. What is being typed keeps its empty lines. */
function Lines({ label, hint, error, value, onChange }: LinesProps) {
  const { t } = useTranslation();
  const lines = Array.isArray(value) ? value : [];
  return (
    <FieldFrame
      label={label}
      hint={[hint, t('connections.oneALine')].filter(Boolean).join(' ')}
      error={error}
    >
      {(given) => (
        <textarea
          {...given}
          rows={3}
          spellCheck={false}
          defaultValue={lines.join('\n')}
          onChange={(event) =>
            onChange(
              event.target.value
                .split('\n')
                .map((line) => line.trim())
                .filter(Boolean),
            )
          }
          className={TEXT_AREA}
        />
      )}
    </FieldFrame>
  );
}
