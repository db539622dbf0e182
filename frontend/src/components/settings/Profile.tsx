import { useTranslation } from 'react-i18next';
import { Chip } from '@/components/ui/Chip';
import { Loaded } from '@/components/ui/Loaded';
import { Fact, FactList, Panel, TabBody } from '@/components/ui/Panel';
import { useAccount } from '@/hooks/useAccount';
import { formatDate } from '@/utils/format';
import { EmailPanel } from './EmailPanel';
import { NameForm } from './NameForm';
import { VerifyNotice } from './VerifyNotice';

/** Who the person is here: name, address, and what others gave them. */
export default function Profile() {
  const { t } = useTranslation();
  const account = useAccount();
  return (
    <TabBody title={t('tabs.settings.profile')} text={t('settings.profileText')}>
      {account.data === undefined ? (
        <Panel>
          <Loaded query={account} errorTitle={t('settings.accountErrorTitle')}>
            {() => null}
          </Loaded>
        </Panel>
      ) : (
        <>
          {!account.data.email_verified && <VerifyNotice email={account.data.email} />}
          <Panel>
            <div className="mb-5 flex items-center gap-3.5">
              <span
                aria-hidden
                className="grid size-11 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-accent-text text-lg uppercase"
              >
                {[...(account.data.name || account.data.email)][0]}
              </span>
              <div className="min-w-0">
                <p className="truncate font-semibold text-md">{account.data.name || account.data.email}</p>
                <p className="text-base text-ink-3">{t(`settings.roles.${account.data.role}`)}</p>
              </div>
            </div>
            <NameForm name={account.data.name} />
          </Panel>
          <EmailPanel account={account.data} />
          <Panel title={t('settings.membership')} text={t('settings.membershipText')}>
            <FactList>
              <Fact label={t('settings.role')}>{t(`settings.rolesText.${account.data.role}`)}</Fact>
              <Fact label={t('settings.memberGroups')}>
                {account.data.groups.length === 0 ? (
                  t('settings.groupsNone')
                ) : (
                  <ul className="flex flex-wrap gap-1.5">
                    {account.data.groups.map((group) => (
                      <li key={group}>
                        <Chip>{group}</Chip>
                      </li>
                    ))}
                  </ul>
                )}
              </Fact>
              <Fact label={t('settings.since')}>{formatDate(account.data.created_at)}</Fact>
            </FactList>
          </Panel>
        </>
      )}
    </TabBody>
  );
}
