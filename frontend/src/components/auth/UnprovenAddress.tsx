import { useMutation, useQuery } from '@tanstack/react-query';
import { CircleCheck, MailCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { FormError } from '@/components/FormError';
import { Button, buttonStyles } from '@/components/ui/Button';
import { useAuth } from '@/contexts/AuthContext';
import { useErrorText } from '@/hooks/useErrorText';
import { useMailsAreSent } from '@/hooks/useMailsAreSent';
import { askVerification, getAccount } from '@/services/account';
import { keys } from '@/services/queries';
import { AuthPage } from './AuthPage';

const wide = { size: 'lg', className: 'w-full' } as const;

/**
 * A link that proves an address and no longer works. Who is signed in learns whether there is anything left to prove,
 * and can have a new link; anybody else signs in first, and then comes back here.
 */
export function UnprovenAddress() {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const { user } = useAuth();
  const mailsAreSent = useMailsAreSent();
  const { data: account } = useQuery({
    queryKey: keys.ownAccount,
    queryFn: ({ signal }) => getAccount(signal),
    enabled: user !== null,
  });
  const again = useMutation({ mutationFn: askVerification });

  if (account?.email_verified) {
    return (
      <AuthPage title={t('verify.alreadyTitle')} text={t('verify.alreadyText', { email: account.email })}>
        <Link to="/" className={buttonStyles({ variant: 'primary', ...wide })}>
          {t('verify.goOn')}
        </Link>
      </AuthPage>
    );
  }
  if (again.isSuccess) {
    const Sign = mailsAreSent ? MailCheck : CircleCheck;
    return (
      <AuthPage
        title={t(mailsAreSent ? 'forgot.sentTitle' : 'forgot.printedTitle')}
        text={t(mailsAreSent ? 'verify.sentText' : 'verify.printedText', { email: user?.email })}
      >
        <p
          role="status"
          className="flex items-start gap-2.5 rounded-lg bg-ok-soft px-3 py-2.5 text-base text-ok"
        >
          <Sign className="mt-0.5 size-4 shrink-0" aria-hidden />
          {t(mailsAreSent ? 'verify.sent' : 'verify.printed')}
        </p>
        <Link to="/" className={buttonStyles({ size: 'lg', className: 'mt-5 w-full' })}>
          {t('verify.goOn')}
        </Link>
      </AuthPage>
    );
  }
  const invalid = mailsAreSent ? 'verify.invalidText' : 'verify.invalidTextPrinted';
  return (
    <AuthPage title={t('verify.invalidTitle')} text={t(user ? invalid : 'verify.invalidSignedOut')}>
      <div className="space-y-2.5">
        <FormError message={again.error ? textOf(again.error) : null} />
        {user ? (
          <>
            <Button variant="primary" {...wide} busy={again.isPending} onClick={() => again.mutate()}>
              {t(mailsAreSent ? 'verify.newLink' : 'verify.newLinkPrinted')}
            </Button>
            <Link to="/" className={buttonStyles(wide)}>
              {t('verify.later')}
            </Link>
          </>
        ) : (
          <Link
            to={`/login?next=${encodeURIComponent('/verify')}`}
            className={buttonStyles({ variant: 'primary', ...wide })}
          >
            {t('auth.login')}
          </Link>
        )}
      </div>
    </AuthPage>
  );
}
