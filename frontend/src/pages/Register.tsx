import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation } from 'react-router';
import { AuthForm } from '@/components/auth/AuthForm';
import { AuthPage } from '@/components/auth/AuthPage';
import { FormSkeleton } from '@/components/auth/FormSkeleton';
import { InvitedForm } from '@/components/auth/InvitedForm';
import { ProviderButtons } from '@/components/auth/ProviderButtons';
import { buttonStyles } from '@/components/ui/Button';
import { useAuth } from '@/contexts/AuthContext';
import { useFragment } from '@/hooks/useFragment';
import { useRegistration } from '@/hooks/useRegistration';
import { register } from '@/services/auth';
import { returnPathOf } from '@/utils/paths';

export default function Register() {
  const { t } = useTranslation();
  const { search } = useLocation();
  const { user } = useAuth();
  const invitation = useFragment().get('invitation');
  // Without an answer the form is the way on: the server then says what it does not take.
  const { data: registration, isPending } = useRegistration();
  const returnTo = returnPathOf(search);

  if (user && !invitation) return <Navigate to={returnTo} replace />;
  const other = { text: t('auth.toLogin'), link: t('auth.toLoginLink'), to: `/login${search}` };
  if (registration?.mode === 'closed') {
    return (
      <AuthPage title={t('register.closedTitle')} text={t('register.closedText')}>
        <Link to={other.to} className={buttonStyles({ variant: 'primary', size: 'lg', className: 'w-full' })}>
          {t('auth.login')}
        </Link>
      </AuthPage>
    );
  }
  if (invitation) return <InvitedForm key={invitation} token={invitation} />;
  if (registration?.mode === 'invite') {
    return (
      <AuthPage title={t('register.inviteTitle')} text={t('register.inviteText')}>
        <Link to={other.to} className={buttonStyles({ variant: 'primary', size: 'lg', className: 'w-full' })}>
          {t('auth.login')}
        </Link>
        <ProviderButtons returnTo={returnTo} />
      </AuthPage>
    );
  }
  return (
    <AuthPage
      title={t(registration?.first ? 'register.firstTitle' : 'auth.registerTitle')}
      text={t('auth.registerText')}
      other={registration?.first ? undefined : other}
    >
      {isPending ? (
        <FormSkeleton fields={3} />
      ) : (
        <>
          {registration?.first && (
            <p className="mb-5 flex items-start gap-2.5 rounded-lg bg-accent-soft px-3 py-2.5 text-base text-accent-text">
              <ShieldCheck className="mt-0.5 size-4 shrink-0" aria-hidden />
              {t('register.firstText')}
            </p>
          )}
          <AuthForm
            purpose="register"
            submit={({ name, email, password }) => register({ email, password, name: name || undefined })}
          />
          <ProviderButtons returnTo={returnTo} />
        </>
      )}
    </AuthPage>
  );
}
