import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { useMailsAreSent } from '@/hooks/useMailsAreSent';
import { useServerForm } from '@/hooks/useServerForm';
import { askEmailChange } from '@/services/account';
import { keys } from '@/services/queries';
import type { Account } from '@/services/types';
import { emailChangeSchema } from '@/utils/validation';

/** Asks for another address; the change waits for its link, which is sent there where mails are sent. */
export function EmailDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const mailsAreSent = useMailsAreSent();
  const { field, onSubmit, failure, busy } = useServerForm({
    schema: emailChangeSchema(account.has_password),
    initial: { email: '', password: '' },
    fieldOfCode: { email_taken: 'email' },
    submit: async ({ email, password }) => {
      await askEmailChange({ email, password: password || undefined });
      await queries.invalidateQueries({ queryKey: keys.account });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('settings.emailDialog')}
      description={t(mailsAreSent ? 'settings.emailDialogText' : 'settings.emailDialogTextPrinted', {
        email: account.email,
      })}
    >
      <form onSubmit={onSubmit} noValidate className="space-y-4 overflow-y-auto p-5 pt-3">
        <FormError message={failure} />
        <FormField
          label={t('settings.emailNew')}
          type="email"
          inputMode="email"
          autoComplete="off"
          spellCheck={false}
          {...field('email')}
        />
        {account.has_password && (
          <FormField
            label={t('settings.passwordCurrent')}
            type="password"
            autoComplete="current-password"
            hint={t('settings.passwordProof')}
            {...field('password')}
          />
        )}
        <footer className="flex flex-wrap justify-end gap-2 pt-1">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t(mailsAreSent ? 'settings.emailSend' : 'settings.emailPrint')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
