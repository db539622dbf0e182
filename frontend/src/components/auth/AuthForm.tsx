import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { useErrorText } from '@/hooks/useErrorText';
import { ApiError } from '@/services/problem';
import type { loginSchema, RegisterInput, registerSchema } from '@/utils/validation';

type FieldName = keyof RegisterInput;

interface AuthFormProps {
  schema: typeof loginSchema | typeof registerSchema;
  fields: readonly FieldName[];
  passwordAutoComplete: 'current-password' | 'new-password';
  passwordHint?: string;
  action: string;
  submit: (values: RegisterInput) => Promise<void>;
}

/** Problems that belong to one field although the server names none. */
const FIELD_OF_CODE: Record<string, FieldName> = { email_taken: 'email', weak_password: 'password' };

/** The form of both pages. What was typed stays after any failure; the server's field errors land on their fields. */
export function AuthForm({
  schema,
  fields,
  passwordAutoComplete,
  passwordHint,
  action,
  submit,
}: AuthFormProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm<RegisterInput>({
    resolver: zodResolver(schema as typeof registerSchema),
    defaultValues: { name: '', email: '', password: '' },
    mode: 'onTouched',
  });
  const { errors, isSubmitting } = form.formState;

  const onSubmit = form.handleSubmit(async (values) => {
    setFailure(null);
    try {
      await submit(values);
    } catch (error) {
      if (!placeOnFields(error)) setFailure(textOf(error));
    }
  });

  function placeOnFields(error: unknown): boolean {
    if (!(error instanceof ApiError)) return false;
    const byCode = FIELD_OF_CODE[error.code];
    const named = error.fields.map((problem) => ({
      name: problem.field as FieldName,
      message: problem.message,
    }));
    const placed = named.length > 0 ? named : byCode ? [{ name: byCode, message: error.message }] : [];
    const known = placed.filter((problem) => fields.includes(problem.name));
    for (const [index, { name, message }] of known.entries()) {
      form.setError(name, { type: 'server', message }, { shouldFocus: index === 0 });
    }
    return known.length > 0;
  }

  /** Own messages are keys of the locale file, the server's are sentences already. */
  const messageOf = (name: FieldName): string | undefined => {
    const error = errors[name];
    if (!error?.message) return undefined;
    return error.type === 'server' ? error.message : t(error.message as 'validation.emailMissing');
  };

  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4">
      <FormError message={failure} />
      {fields.includes('name') && (
        <FormField
          label={t('auth.name')}
          optional
          autoComplete="name"
          error={messageOf('name')}
          {...form.register('name')}
        />
      )}
      <FormField
        label={t('auth.email')}
        type="email"
        inputMode="email"
        autoComplete="email"
        spellCheck={false}
        error={messageOf('email')}
        {...form.register('email')}
      />
      <FormField
        label={t('auth.password')}
        type="password"
        autoComplete={passwordAutoComplete}
        hint={passwordHint}
        error={messageOf('password')}
        {...form.register('password')}
      />
      <Button type="submit" variant="primary" size="lg" busy={isSubmitting} className="mt-2 w-full">
        {action}
      </Button>
    </form>
  );
}
