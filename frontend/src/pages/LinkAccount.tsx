import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { AuthPage } from '@/components/auth/AuthPage';
import { textLink } from '@/components/auth/styles';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button, buttonStyles } from '@/components/ui/Button';
import { useFragment } from '@/hooks/useFragment';
import { useProviders } from '@/hooks/useProviders';
import { useServerForm } from '@/hooks/useServerForm';
import { confirmLink } from '@/services/auth';
import { isApiError } from '@/services/problem';
import { ownPath } from '@/utils/paths';
import { confirmSchema } from '@/utils/validation';

/**
 * The way back from a provider whose account has the address of an account here: it is linked once the owner of the
 * one here has given its password.
 */
export default function LinkAccount() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const given = useFragment();
  const { data: providers } = useProviders();
  const token = given.get('token') ?? '';
  const provider =
    providers?.find(({ name }) => name === given.get('provider'))?.label ?? t('providers.other');
  const [spent, setSpent] = useState<string | null>(null);
  const { field, onSubmit, failure, busy } = useServerForm({
    schema: confirmSchema,
    initial: { password: '' },
    submit: async ({ password }) => {
      try {
        await confirmLink({ token, password });
      } catch (error) {
        if (!isApiError(error, 'link_invalid')) throw error;
        setSpent(token);
        return;
      }
      navigate(ownPath(given.get('return_to')), { replace: true });
    },
  });

  if (!token || spent === token) {
    return (
      <AuthPage title={t('link.invalidTitle')} text={t('link.invalidText')}>
        <Link to="/login" className={buttonStyles({ variant: 'primary', size: 'lg', className: 'w-full' })}>
          {t('link.again')}
        </Link>
      </AuthPage>
    );
  }
  return (
    <AuthPage title={t('link.title', { provider })} text={t('link.text', { provider })}>
      <form onSubmit={onSubmit} noValidate className="space-y-4">
        <FormError message={failure} />
        <div>
          <FormField
            label={t('link.password')}
            type="password"
            autoComplete="current-password"
            {...field('password')}
          />
          <p className="mt-2 text-right text-sm">
            <Link to="/forgot" className={textLink}>
              {t('auth.toForgot')}
            </Link>
          </p>
        </div>
        <div className="space-y-2.5 pt-2">
          <Button type="submit" variant="primary" size="lg" busy={busy} className="w-full">
            {t('link.action')}
          </Button>
          <Link to="/login" className={buttonStyles({ size: 'lg', className: 'w-full' })}>
            {t('link.cancel')}
          </Link>
        </div>
      </form>
    </AuthPage>
  );
}
