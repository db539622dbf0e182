import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { ConfirmAction } from '@/components/ConfirmAction';
import { Segmented } from '@/components/ui/Segmented';
import { useChangePerson } from '@/hooks/usePeople';
import { ROLES } from '@/services/admin';
import type { Person, Role } from '@/services/types';
import { DrawerSection } from './DrawerSection';

export function PersonRole({ person, self }: { person: Person; self: boolean }) {
  const { t } = useTranslation();
  const change = useChangePerson(person.id);
  const [wanted, setWanted] = useState<Role | null>(null);
  const name = person.name || person.email;
  return (
    <DrawerSection title={t('admin.people.role')} text={t(`admin.person.roleText.${person.role}`)}>
      <Segmented
        label={t('admin.people.role')}
        value={person.role}
        options={ROLES.map((value) => ({ value, label: t(`admin.roles.${value}`) }))}
        onChange={setWanted}
      />
      {wanted && (
        <ConfirmAction
          title={t(`admin.person.roleTitle.${wanted}`, { name })}
          description={
            self && wanted === 'member' ? t('admin.person.roleAskSelf') : t(`admin.person.roleAsk.${wanted}`)
          }
          action={t(`admin.person.roleTo.${wanted}`)}
          variant={wanted === 'admin' ? 'primary' : 'danger'}
          run={() =>
            change
              .mutateAsync({ role: wanted })
              .then(() => toast.success(t(`admin.person.roleChanged.${wanted}`, { name })))
          }
          onClose={() => setWanted(null)}
        />
      )}
    </DrawerSection>
  );
}
