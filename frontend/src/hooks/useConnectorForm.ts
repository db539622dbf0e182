import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/services/problem';
import { type OptionField, type OptionValue, optionFields, optionValues } from '@/utils/optionFields';
import { useErrorText } from './useErrorText';

/** Codes of a refusal that is about what was given to open the account with. */
const OF_CREDENTIALS = ['reauth_required', 'another_account'];

/**
 * The options of a source with the values they have, and what the server said of a form that holds them: by field
 * where it names one, else of the form as a whole.
 */
export function useConnectorForm(schema: object, chosen: Readonly<Record<string, unknown>>) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [fields] = useState<OptionField[]>(() => optionFields(schema));
  const [values, setValues] = useState(() => optionValues(fields, chosen));
  const [failure, setFailure] = useState<unknown>(null);
  const problems = failure instanceof ApiError ? failure.fields : [];

  const messageOf = (name: string): string | undefined =>
    problems.find(({ field }) => field === name || field.startsWith(`${name}.`))?.message;
  const known = ['name', 'credentials', ...fields.map(({ name }) => `options.${name}`)];
  const placed = known.some((name) => messageOf(name) !== undefined);
  const ofCredentials = failure instanceof ApiError && OF_CREDENTIALS.includes(failure.code);

  return {
    fields,
    values,
    change: (name: string, value: OptionValue) => setValues((old) => ({ ...old, [name]: value })),
    errorOf: (option: string) => messageOf(`options.${option}`),
    nameError: messageOf('name'),
    credentialsError: messageOf('credentials') ?? (ofCredentials ? textOf(failure) : undefined),
    /** What belongs to no field. */
    failure:
      failure === null || ofCredentials ? null : placed ? t('connections.formFailed') : textOf(failure),
    setFailure,
  };
}
