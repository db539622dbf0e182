import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { AuthPage } from '@/components/auth/AuthPage';
import { NewPasswordForm } from '@/components/auth/NewPasswordForm';
import { buttonStyles } from '@/components/ui/Button';
import { useFragment } from '@/hooks/useFragment';
import { resetPassword } from '@/services/auth';
import { isApiError } from '@/services/problem';
import { signedOut } from '@/services/session';

type Outcome = 'done' | 'invalid';

/** Sets a new password by a mailed link. */
export default function Reset() {
  const { t } = useTranslation();
  const token = useFragment().get('token');
  // Of which link it is the outcome: another one may be opened in the same tab.
  const [ended, setEnded] = useState<{ token: string; outcome: Outcome } | null>(null);
  const outcome = token === null ? 'invalid' : ended?.token === token ? ended.outcome : null;

  if (outcome === 'done') {
    return (
      <AuthPage title={t('reset.doneTitle')} text={t('reset.doneText')}>
        <Link to="/login" className={buttonStyles({ variant: 'primary', size: 'lg', className: 'w-full' })}>
          {t('auth.login')}
        </Link>
      </AuthPage>
    );
  }
  if (token === null || outcome === 'invalid') {
    return (
      <AuthPage
        title={t('reset.invalidTitle')}
        text={t('reset.invalidText')}
        other={{ text: t('forgot.toLogin'), link: t('auth.toLoginLink'), to: '/login' }}
      >
        <Link to="/forgot" className={buttonStyles({ variant: 'primary', size: 'lg', className: 'w-full' })}>
          {t('reset.newLink')}
        </Link>
      </AuthPage>
    );
  }
  return (
    <AuthPage title={t('reset.title')} text={t('reset.text')}>
      <NewPasswordForm
        key={token}
        submit={async ({ password }) => {
          try {
            await resetPassword({ token, password });
          } catch (error) {
            if (!isApiError(error, 'link_invalid')) throw error;
            setEnded({ token, outcome: 'invalid' });
            return;
          }
          signedOut(); // the server has ended every session, the one of this browser included
          setEnded({ token, outcome: 'done' });
        }}
      />
    </AuthPage>
  );
}
