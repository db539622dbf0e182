import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { AuthPage } from '@/components/auth/AuthPage';
import { UnprovenAddress } from '@/components/auth/UnprovenAddress';
import { ErrorMessage } from '@/components/ErrorMessage';
import { LoadingIndicator } from '@/components/LoadingIndicator';
import { buttonStyles } from '@/components/ui/Button';
import { useAuth } from '@/contexts/AuthContext';
import { useFragment } from '@/hooks/useFragment';
import { proveEmail } from '@/services/auth';
import { isApiError } from '@/services/problem';
import { failureOf, keys } from '@/services/queries';
import { getSession, renew } from '@/services/session';

/** Proves an address by a mailed link, that of a new account or of a changed address, as soon as it is opened. */
export default function Verify() {
  const { t } = useTranslation();
  const { user } = useAuth();
  const token = useFragment().get('token') ?? '';
  const proof = useQuery({
    // A query runs once for all that ask, so that the link, which works once, is not used twice.
    queryKey: keys.emailProof(token),
    queryFn: async () => {
      await proveEmail(token);
      // The address of who is signed in here may be another one now. If it cannot be read, the next renewal brings it.
      if (getSession().status === 'signed-in') await renew().catch(() => null);
      return true;
    },
    enabled: token !== '',
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: false,
  });

  const failure = failureOf(proof);
  if (proof.data) {
    return (
      <AuthPage
        title={t('verify.doneTitle')}
        text={user ? t('verify.doneText', { email: user.email }) : t('verify.doneSignedOut')}
      >
        <Link to="/" className={buttonStyles({ variant: 'primary', size: 'lg', className: 'w-full' })}>
          {t(user ? 'verify.goOn' : 'auth.login')}
        </Link>
      </AuthPage>
    );
  }
  if (!token || isApiError(proof.error, 'link_invalid')) return <UnprovenAddress />;
  if (failure) {
    return (
      <AuthPage title={t('verify.title')} text={t('verify.text')}>
        <ErrorMessage
          layout="inline"
          title={t('verify.failed')}
          error={failure}
          onRetry={() => void proof.refetch()}
        />
      </AuthPage>
    );
  }
  return (
    <AuthPage title={t('verify.title')} text={t('verify.text')}>
      <LoadingIndicator />
    </AuthPage>
  );
}
