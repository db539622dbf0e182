import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { Loaded } from '@/components/ui/Loaded';
import { Panel } from '@/components/ui/Panel';
import { useAccount } from '@/hooks/useAccount';
import { DeleteAccountDialog } from './DeleteAccountDialog';

/** The end of the account. */
export function DeleteAccount() {
  const { t } = useTranslation();
  const account = useAccount();
  const [asking, setAsking] = useState(false);
  return (
    <Panel title={t('settings.deleteAccount')} text={t('settings.deleteAccountText')}>
      <Loaded query={account} errorTitle={t('settings.accountErrorTitle')}>
        {(data) => (
          <>
            <Button className="text-danger!" onClick={() => setAsking(true)}>
              {t('settings.deleteAccountStart')}
            </Button>
            {asking && <DeleteAccountDialog account={data} onClose={() => setAsking(false)} />}
          </>
        )}
      </Loaded>
    </Panel>
  );
}
