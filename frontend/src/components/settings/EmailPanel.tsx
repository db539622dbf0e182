import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { Chip } from '@/components/ui/Chip';
import { Notice } from '@/components/ui/Notice';
import { Panel } from '@/components/ui/Panel';
import { useMailsAreSent } from '@/hooks/useMailsAreSent';
import type { Account } from '@/services/types';
import { EmailDialog } from './EmailDialog';

/** The account's address, whether it is proven, and the one that it is changing to. */
export function EmailPanel({ account }: { account: Account }) {
  const { t } = useTranslation();
  const mailsAreSent = useMailsAreSent();
  const [changing, setChanging] = useState(false);
  return (
    <Panel
      title={t('settings.email')}
      text={t('settings.emailText')}
      action={<Button onClick={() => setChanging(true)}>{t('settings.emailChange')}</Button>}
    >
      <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-base">
        <span className="min-w-0 break-words font-medium">{account.email}</span>
        {account.email_verified ? (
          <Chip tone="ok">
            <CircleCheck aria-hidden />
            {t('settings.verified')}
          </Chip>
        ) : (
          <Chip tone="warn">{t('settings.unverified')}</Chip>
        )}
      </p>
      <div role="status" className={account.pending_email ? 'mt-4' : undefined}>
        {account.pending_email && (
          <Notice
            tone="info"
            title={t(mailsAreSent ? 'settings.emailPending' : 'settings.emailPendingPrinted', {
              email: account.pending_email,
            })}
            text={t(mailsAreSent ? 'settings.emailPendingText' : 'settings.emailPendingTextPrinted', {
              email: account.email,
            })}
          />
        )}
      </div>
      {changing && <EmailDialog account={account} onClose={() => setChanging(false)} />}
    </Panel>
  );
}
