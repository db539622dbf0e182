import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate } from 'react-router';
import { ErrorMessage } from '@/components/ErrorMessage';
import { FormError } from '@/components/FormError';
import { Button, buttonStyles } from '@/components/ui/Button';
import { useAuth } from '@/contexts/AuthContext';
import { useErrorText } from '@/hooks/useErrorText';
import { logout, lookUpInvitation, register } from '@/services/auth';
import { isApiError } from '@/services/problem';
import { failureOf, keys } from '@/services/queries';
import type { InvitationOffer } from '@/services/types';
import { formatDate } from '@/utils/format';
import { AuthForm } from './AuthForm';
import { AuthPage } from './AuthPage';
import { FormSkeleton } from './FormSkeleton';

/** Signing up by an invitation's link: who invites is shown, and the address is the one that it was sent to. */
export function InvitedForm({ token }: { token: string }) {
  const { t } = useTranslation();
  const { user } = useAuth();
  const invitation = useQuery({
    queryKey: keys.invitation(token),
    queryFn: () => lookUpInvitation(token),
    refetchOnWindowFocus: false,
  });
  const offer = invitation.data;
  const failure = failureOf(invitation);
  const [usedUp, setUsedUp] = useState(false);
  // Known before the answer comes: the session it opens is the one that was asked for, not somebody else's.
  const [accepting, setAccepting] = useState(false);

  if (usedUp || isApiError(invitation.error, 'link_invalid')) {
    return (
      <AuthPage title={t('invited.invalidTitle')} text={t('invited.invalidText')}>
        <Link to="/login" className={buttonStyles({ variant: 'primary', size: 'lg', className: 'w-full' })}>
          {t('auth.login')}
        </Link>
      </AuthPage>
    );
  }
  if (failure) {
    return (
      <AuthPage title={t('auth.registerTitle')} text={t('auth.registerText')}>
        <ErrorMessage
          layout="inline"
          title={t('invited.failed')}
          error={failure}
          onRetry={() => void invitation.refetch()}
        />
      </AuthPage>
    );
  }
  if (!offer) {
    return (
      <AuthPage title={t('auth.registerTitle')} text={t('auth.registerText')}>
        <FormSkeleton fields={3} />
      </AuthPage>
    );
  }
  if (user && accepting) return <Navigate to="/" replace />;
  if (user) return <SignedInAlready email={user.email} offer={offer} />;
  return (
    <AuthPage
      title={t('invited.title', { inviter: offer.inviter })}
      text={t(offer.role === 'admin' ? 'invited.textAdmin' : 'invited.text', {
        date: formatDate(offer.expires_at),
      })}
      other={{ text: t('auth.toLogin'), link: t('auth.toLoginLink'), to: '/login' }}
    >
      <AuthForm
        purpose="register"
        fixedEmail={offer.email}
        submit={async ({ name, password }) => {
          setAccepting(true);
          try {
            await register({ email: offer.email, password, name: name || undefined, invitation: token });
          } catch (failure) {
            setAccepting(false);
            // Somebody used or withdrew it while this was filled in.
            if (!isApiError(failure, 'link_invalid')) throw failure;
            setUsedUp(true);
          }
        }}
      />
    </AuthPage>
  );
}

/** An invitation makes a new account, so whoever is signed in has to leave first, or meant another browser. */
function SignedInAlready({ email, offer }: { email: string; offer: InvitationOffer }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function leave() {
    setBusy(true);
    setFailure(null);
    try {
      await logout();
    } catch (error) {
      setFailure(textOf(error));
      setBusy(false);
    }
  }

  return (
    <AuthPage
      title={t('invited.signedInTitle', { email })}
      text={t('invited.signedInText', { inviter: offer.inviter, email: offer.email })}
    >
      <FormError message={failure} />
      <div className="space-y-2.5">
        <Button variant="primary" size="lg" busy={busy} className="w-full" onClick={() => void leave()}>
          {t('invited.signOut')}
        </Button>
        <Link to="/" className={buttonStyles({ size: 'lg', className: 'w-full' })}>
          {t('invited.stay')}
        </Link>
      </div>
    </AuthPage>
  );
}
