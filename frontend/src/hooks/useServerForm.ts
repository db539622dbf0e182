import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import {
  type DefaultValues,
  type FieldValues,
  type Path,
  type UseFormRegisterReturn,
  type UseFormReturn,
  useForm,
} from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/services/problem';
import { useErrorText } from './useErrorText';

interface Given<Values extends FieldValues> {
  /** The rules of the fields (`utils/validation.ts`); their messages are keys of the locale file. */
  schema: unknown;
  initial: Values;
  /** Sends the values. What it rejects with is shown on the fields it names, else above the form. */
  submit: (values: Values) => Promise<void>;
  /** Problems that belong to one field although the server names none, by their code. */
  fieldOfCode?: Readonly<Record<string, Path<Values>>>;
}

interface ServerForm<Values extends FieldValues> {
  form: UseFormReturn<Values>;
  /** Everything that a `FormField` needs to be this field, its error included. */
  field: (name: Path<Values>) => UseFormRegisterReturn<Path<Values>> & { error: string | undefined };
  onSubmit: (event?: React.BaseSyntheticEvent) => Promise<void>;
  /** A failure of the form as a whole, for `FormError`. */
  failure: string | null;
  busy: boolean;
}

/** A form checked here first and by the server after. What was typed stays after any failure. */
export function useServerForm<Values extends FieldValues>(given: Given<Values>): ServerForm<Values> {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm<Values>({
    resolver: zodResolver(given.schema as Parameters<typeof zodResolver<Values, unknown, Values>>[0]),
    defaultValues: given.initial as DefaultValues<Values>,
    mode: 'onTouched',
  });
  const { errors, isSubmitting } = form.formState;

  const onSubmit = form.handleSubmit(async (values) => {
    setFailure(null);
    try {
      await given.submit(values);
    } catch (error) {
      if (!placeOnFields(error)) setFailure(textOf(error));
    }
  });

  function placeOnFields(error: unknown): boolean {
    if (!(error instanceof ApiError)) return false;
    const byCode = given.fieldOfCode?.[error.code];
    const named = error.fields.map(({ field, message }) => ({ name: field as Path<Values>, message }));
    const placed = named.length > 0 ? named : byCode ? [{ name: byCode, message: error.message }] : [];
    const known = placed.filter(({ name }) => name in given.initial);
    for (const [index, { name, message }] of known.entries()) {
      form.setError(name, { type: 'server', message }, { shouldFocus: index === 0 });
    }
    return known.length > 0;
  }

  /** Own messages are keys of the locale file, the server's are sentences already. */
  function errorOf(name: Path<Values>): string | undefined {
    const error = errors[name];
    if (typeof error?.message !== 'string') return undefined;
    return error.type === 'server' ? error.message : t(error.message as 'validation.emailMissing');
  }

  return {
    form,
    field: (name) => ({ ...form.register(name), error: errorOf(name) }),
    onSubmit,
    failure,
    busy: isSubmitting,
  };
}
