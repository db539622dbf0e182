import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { useExport } from '@/hooks/useExport';
import { useServerForm } from '@/hooks/useServerForm';
import { deleteAccount } from '@/services/account';
import type { Account } from '@/services/types';
import { accountDeletionSchema } from '@/utils/validation';

const CONSEQUENCES = ['documents', 'conversations', 'keys', 'sessions'] as const;

/** Says what goes, offers all of it once more, and asks for proof that the owner means it. */
export function DeleteAccountDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useTranslation();
  const archive = useExport();
  const { field, onSubmit, failure, busy } = useServerForm({
    schema: accountDeletionSchema(account.has_password),
    initial: { email: '', password: '' },
    submit: ({ email, password }) => deleteAccount({ email, password: password || undefined }),
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      placement="wide"
      title={t('settings.deleteAccountTitle')}
      description={t('settings.deleteAccountLead')}
    >
      <form onSubmit={onSubmit} noValidate className="space-y-4 overflow-y-auto p-5 pt-3">
        <ul className="list-disc space-y-1 pl-5 text-base text-ink-2 marker:text-ink-3">
          {CONSEQUENCES.map((what) => (
            <li key={what}>{t(`settings.deleteAccountGoes.${what}`)}</li>
          ))}
        </ul>
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-xl border bg-sunken p-3.5">
          <p className="min-w-0 flex-1 basis-56 text-pretty text-base text-ink-2">
            {t('settings.exportFirst')}
          </p>
          <Button busy={archive.isPending} onClick={() => archive.mutate()}>
            <Download aria-hidden />
            {t('settings.exportStart')}
          </Button>
        </div>
        <FormError message={failure} />
        <FormField
          label={t('settings.deleteAccountConfirm', { email: account.email })}
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
            {...field('password')}
          />
        )}
        <footer className="flex flex-wrap justify-end gap-2 pt-1">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant="danger" busy={busy}>
            {t('settings.deleteAccountAction')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
