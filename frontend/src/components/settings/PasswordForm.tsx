import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { useServerForm } from '@/hooks/useServerForm';
import { changePassword } from '@/services/account';
import { keys } from '@/services/queries';
import type { Account } from '@/services/types';
import { passwordChangeSchema } from '@/utils/validation';

/** Changes the password, or sets a first one. */
export function PasswordForm({ account }: { account: Account }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { form, field, onSubmit, failure, busy } = useServerForm({
    schema: passwordChangeSchema(account.has_password),
    initial: { current_password: '', new_password: '' },
    submit: async ({ current_password, new_password }) => {
      await changePassword({ current_password: current_password || undefined, new_password });
      toast.success(t(account.has_password ? 'settings.passwordChanged' : 'settings.passwordIsSet'), {
        description: t('settings.passwordElsewhere'),
      });
      form.reset();
      void queries.invalidateQueries({ queryKey: keys.sessions });
      void queries.invalidateQueries({ queryKey: keys.account });
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className="max-w-96 space-y-4">
      <FormError message={failure} />
      {/* Tells a password manager whose password this is. */}
      <input type="text" autoComplete="username" value={account.email} readOnly hidden />
      {account.has_password && (
        <FormField
          label={t('settings.passwordCurrent')}
          type="password"
          autoComplete="current-password"
          {...field('current_password')}
        />
      )}
      <FormField
        label={t('settings.passwordNew')}
        type="password"
        autoComplete="new-password"
        hint={t('auth.passwordHint')}
        {...field('new_password')}
      />
      <Button type="submit" variant="primary" busy={busy}>
        {t(account.has_password ? 'settings.passwordChange' : 'settings.passwordSet')}
      </Button>
    </form>
  );
}
