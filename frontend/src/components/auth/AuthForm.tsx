import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { useServerForm } from '@/hooks/useServerForm';
import { loginSchema, type RegisterInput, registerSchema } from '@/utils/validation';
import { PasswordStrength } from './PasswordStrength';
import { textLink } from './styles';

interface AuthFormProps {
  purpose: 'login' | 'register';
  /** An address that is settled already, by an invitation. */
  fixedEmail?: string;
  submit: (values: RegisterInput) => Promise<void>;
}

/** The form of signing in and of signing up. */
export function AuthForm({ purpose, fixedEmail, submit }: AuthFormProps) {
  const { t } = useTranslation();
  const registering = purpose === 'register';
  const { form, field, onSubmit, failure, busy } = useServerForm<RegisterInput>({
    schema: registering ? registerSchema : loginSchema,
    initial: { name: '', email: fixedEmail ?? '', password: '' },
    fieldOfCode: { email_taken: 'email', weak_password: 'password' },
    submit,
  });

  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4">
      <FormError message={failure} />
      {registering && <FormField label={t('auth.name')} optional autoComplete="name" {...field('name')} />}
      <FormField
        label={t('auth.email')}
        type="email"
        inputMode="email"
        autoComplete="email"
        spellCheck={false}
        readOnly={fixedEmail !== undefined}
        hint={fixedEmail === undefined ? undefined : t('register.emailFixed')}
        {...field('email')}
      />
      <div>
        <FormField
          label={t('auth.password')}
          type="password"
          autoComplete={registering ? 'new-password' : 'current-password'}
          hint={registering ? t('auth.passwordHint') : undefined}
          {...field('password')}
        />
        {registering ? (
          <PasswordStrength password={form.watch('password')} />
        ) : (
          <p className="mt-2 text-right text-sm">
            <Link to="/forgot" className={textLink}>
              {t('auth.toForgot')}
            </Link>
          </p>
        )}
      </div>
      <Button type="submit" variant="primary" size="lg" busy={busy} className="mt-2 w-full">
        {t(registering ? 'auth.register' : 'auth.login')}
      </Button>
    </form>
  );
}
