import { useTranslation } from 'react-i18next';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { useServerForm } from '@/hooks/useServerForm';
import { resetSchema } from '@/utils/validation';
import { PasswordStrength } from './PasswordStrength';

/** Asks for a password to be; a field that can be shown needs no second one to compare with. */
export function NewPasswordForm({ submit }: { submit: (values: { password: string }) => Promise<void> }) {
  const { t } = useTranslation();
  const { form, field, onSubmit, failure, busy } = useServerForm({
    schema: resetSchema,
    initial: { password: '' },
    submit,
  });
  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4">
      <FormError message={failure} />
      <div>
        <FormField
          label={t('reset.password')}
          type="password"
          autoComplete="new-password"
          hint={t('auth.passwordHint')}
          {...field('password')}
        />
        <PasswordStrength password={form.watch('password')} />
      </div>
      <Button type="submit" variant="primary" size="lg" busy={busy} className="mt-2 w-full">
        {t('reset.action')}
      </Button>
    </form>
  );
}
