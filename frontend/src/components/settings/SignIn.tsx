import { useTranslation } from 'react-i18next';
import { PlainHttpNotice } from '@/components/PlainHttpNotice';
import { Loaded } from '@/components/ui/Loaded';
import { Panel, TabBody } from '@/components/ui/Panel';
import { useAccount } from '@/hooks/useAccount';
import { LinkedAccounts } from './LinkedAccounts';
import { LinkOutcome } from './LinkOutcome';
import { PasswordForm } from './PasswordForm';

/** The ways into the account: its password, and accounts at providers. */
export default function SignIn() {
  const { t } = useTranslation();
  const account = useAccount();
  const first = account.data?.has_password === false;
  return (
    <TabBody title={t('tabs.settings.sign-in')} text={t('settings.signInText')}>
      <PlainHttpNotice />
      <LinkOutcome />
      <Panel
        title={t(first ? 'settings.passwordSet' : 'settings.password')}
        text={t(first ? 'settings.passwordSetText' : 'settings.passwordText')}
      >
        <Loaded query={account} errorTitle={t('settings.accountErrorTitle')}>
          {(data) => <PasswordForm key={String(data.has_password)} account={data} />}
        </Loaded>
      </Panel>
      <LinkedAccounts />
    </TabBody>
  );
}
