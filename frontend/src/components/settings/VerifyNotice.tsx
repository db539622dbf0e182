import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FormError } from '@/components/FormError';
import { Button } from '@/components/ui/Button';
import { Notice } from '@/components/ui/Notice';
import { useErrorText } from '@/hooks/useErrorText';
import { useMailsAreSent } from '@/hooks/useMailsAreSent';
import { askVerification } from '@/services/account';

/** Says what an address that is not confirmed yet means, and sends the link once more. */
export function VerifyNotice({ email }: { email: string }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const ask = useMutation({ mutationFn: askVerification });
  const mailsAreSent = useMailsAreSent();
  if (!mailsAreSent) {
    return <Notice tone="warn" title={t('settings.unprovenTitle')} text={t('settings.unprovenText')} />;
  }
  return (
    <Notice
      tone={ask.isSuccess ? 'info' : 'warn'}
      title={t(ask.isSuccess ? 'settings.verifySent' : 'settings.verifyTitle', { email })}
      text={t(ask.isSuccess ? 'settings.verifySentText' : 'settings.verifyText', { email })}
    >
      <div className="mt-3 flex flex-col items-start gap-3">
        <span role="status" className="sr-only">
          {ask.isSuccess && t('settings.verifySent', { email })}
        </span>
        <FormError message={ask.isError ? textOf(ask.error) : null} />
        <Button busy={ask.isPending} onClick={() => ask.mutate()}>
          {t('settings.verifyAgain')}
        </Button>
      </div>
    </Notice>
  );
}
