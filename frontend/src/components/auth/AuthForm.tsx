import { useTranslation } from 'react-i18next';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { useServerForm } from '@/hooks/useServerForm';
import type { loginSchema, RegisterInput, registerSchema } from '@/utils/validation';

interface AuthFormProps {
  schema: typeof loginSchema | typeof registerSchema;
  fields: readonly (keyof RegisterInput)[];
  passwordAutoComplete: 'current-password' | 'new-password';
  passwordHint?: string;
  action: string;
  submit: (values: RegisterInput) => Promise<void>;
}

/** The form of signing in and of signing up. */
export function AuthForm({
  schema,
  fields,
  passwordAutoComplete,
  passwordHint,
  action,
  submit,
}: AuthFormProps) {
  const { t } = useTranslation();
  const { field, onSubmit, failure, busy } = useServerForm<RegisterInput>({
    schema,
    initial: { name: '', email: '', password: '' },
    fieldOfCode: { email_taken: 'email', weak_password: 'password' },
    submit,
  });

  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4">
      <FormError message={failure} />
      {fields.includes('name') && (
        <FormField label={t('auth.name')} optional autoComplete="name" {...field('name')} />
      )}
      <FormField
        label={t('auth.email')}
        type="email"
        inputMode="email"
        autoComplete="email"
        spellCheck={false}
        {...field('email')}
      />
      <FormField
        label={t('auth.password')}
        type="password"
        autoComplete={passwordAutoComplete}
        hint={passwordHint}
        {...field('password')}
      />
      <Button type="submit" variant="primary" size="lg" busy={busy} className="mt-2 w-full">
        {action}
      </Button>
    </form>
  );
}
