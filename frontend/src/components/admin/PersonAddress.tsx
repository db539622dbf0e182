import { MailCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { ConfirmAction } from '@/components/ConfirmAction';
import { Button } from '@/components/ui/Button';
import { useChangePerson } from '@/hooks/usePeople';
import type { Person } from '@/services/types';
import { DrawerSection } from './DrawerSection';

/** An address that nobody has proven yet: an administrator who knows whose it is may say so. */
export function PersonAddress({ person }: { person: Person }) {
  const { t } = useTranslation();
  const change = useChangePerson(person.id);
  const [asking, setAsking] = useState(false);
  const { email } = person;
  if (person.email_verified) return null;
  return (
    <DrawerSection title={t('admin.person.address')} text={t('admin.person.addressText')}>
      <Button size="sm" className="mt-1 max-md:h-10" onClick={() => setAsking(true)}>
        <MailCheck aria-hidden />
        {t('admin.person.prove')}
      </Button>
      {asking && (
        <ConfirmAction
          title={t('admin.person.proveTitle')}
          description={t('admin.person.proveAsk', { email })}
          action={t('admin.person.prove')}
          variant="primary"
          run={() =>
            change
              .mutateAsync({ email_verified: true })
              .then(() => toast.success(t('admin.person.proven', { email })))
          }
          onClose={() => setAsking(false)}
        />
      )}
    </DrawerSection>
  );
}
