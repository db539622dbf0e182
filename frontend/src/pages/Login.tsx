import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation } from 'react-router';
import { AuthForm } from '@/components/auth/AuthForm';
import { AuthPage } from '@/components/auth/AuthPage';
import { ProviderButtons } from '@/components/auth/ProviderButtons';
import { FormError } from '@/components/FormError';
import { LoadingIndicator } from '@/components/LoadingIndicator';
import { buttonStyles } from '@/components/ui/Button';
import { useAuth } from '@/contexts/AuthContext';
import { useProviderFailure } from '@/hooks/useProviderFailure';
import { login } from '@/services/auth';
import { returnPathOf } from '@/utils/paths';

export default function Login() {
  const { t } = useTranslation();
  const { search } = useLocation();
  const { user } = useAuth();
  const failure = useProviderFailure();
  const [tried, setTried] = useState(false);
  const returnTo = returnPathOf(search);

  const query = new URLSearchParams(search);
  const next = query.get('next');

  if (user) {
    // A provider can also send somebody back who is signed in already; they should learn what came of it.
    if (tried || !query.has('error')) return <Navigate to={returnTo} replace />;
    return failure ? <StillSignedIn failure={failure} /> : <LoadingIndicator className="min-h-dvh" />;
  }
  return (
    <AuthPage
      title={t('auth.loginTitle')}
      text={t('auth.loginText')}
      other={{
        text: t('auth.toRegister'),
        link: t('auth.toRegisterLink'),
        to: next ? `/register?next=${encodeURIComponent(next)}` : '/register',
      }}
    >
      <div className={failure && !tried ? 'mb-5' : undefined}>
        <FormError message={tried ? null : failure} />
      </div>
      <AuthForm
        purpose="login"
        submit={({ email, password }) => {
          setTried(true);
          return login({ email, password });
        }}
      />
      <ProviderButtons returnTo={returnTo} />
    </AuthPage>
  );
}

function StillSignedIn({ failure }: { failure: string }) {
  const { t } = useTranslation();
  return (
    <AuthPage title={t('auth.stillTitle')} text={t('auth.stillText')}>
      <FormError message={failure} />
      <div className="mt-5 space-y-2.5">
        <Link to="/" className={buttonStyles({ variant: 'primary', size: 'lg', className: 'w-full' })}>
          {t('errors.notFoundHome')}
        </Link>
        <Link to="/settings/sign-in" className={buttonStyles({ size: 'lg', className: 'w-full' })}>
          {t('auth.stillSettings')}
        </Link>
      </div>
    </AuthPage>
  );
}
