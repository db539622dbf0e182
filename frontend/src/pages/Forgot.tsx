import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuthPage } from '@/components/auth/AuthPage';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { Notice } from '@/components/ui/Notice';
import { useMailsAreSent } from '@/hooks/useMailsAreSent';
import { useServerForm } from '@/hooks/useServerForm';
import { askForReset } from '@/services/auth';
import { forgotSchema } from '@/utils/validation';

/** Asks for the link that sets a new password. What it says never depends on whether there is such an account. */
export default function Forgot() {
  const { t } = useTranslation();
  const mailsAreSent = useMailsAreSent();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { form, field, onSubmit, failure, busy } = useServerForm({
    schema: forgotSchema,
    initial: { email: '' },
    submit: async ({ email }) => {
      await askForReset({ email });
      setSentTo(email);
    },
  });
  const other = { text: t('forgot.toLogin'), link: t('auth.toLoginLink'), to: '/login' };

  if (sentTo) {
    return (
      <AuthPage
        title={t(mailsAreSent ? 'forgot.sentTitle' : 'forgot.printedTitle')}
        text={t(mailsAreSent ? 'forgot.sentText' : 'forgot.printedText', { email: sentTo })}
        other={other}
      >
        <p className="text-pretty text-base text-ink-2">
          {t(mailsAreSent ? 'forgot.sentHelp' : 'forgot.printedHelp')}
        </p>
        <FormError message={failure} />
        <div className="mt-5 flex flex-wrap gap-2">
          <Button busy={busy} onClick={() => void onSubmit()}>
            {t(mailsAreSent ? 'forgot.again' : 'forgot.againPrinted')}
          </Button>
          <Button
            variant="ghost"
            onClick={() => {
              form.reset();
              setSentTo(null);
            }}
          >
            {t('forgot.another')}
          </Button>
        </div>
      </AuthPage>
    );
  }
  return (
    <AuthPage
      title={t('forgot.title')}
      text={t(mailsAreSent ? 'forgot.text' : 'forgot.textPrinted')}
      other={other}
    >
      {!mailsAreSent && (
        <div className="mb-5">
          <Notice tone="info" title={t('forgot.noMailTitle')} text={t('forgot.noMailText')} />
        </div>
      )}
      <form onSubmit={onSubmit} noValidate className="space-y-4">
        <FormError message={failure} />
        <FormField
          label={t('auth.email')}
          type="email"
          inputMode="email"
          autoComplete="email"
          spellCheck={false}
          {...field('email')}
        />
        <Button type="submit" variant="primary" size="lg" busy={busy} className="mt-2 w-full">
          {t(mailsAreSent ? 'forgot.action' : 'forgot.actionPrinted')}
        </Button>
      </form>
    </AuthPage>
  );
}
