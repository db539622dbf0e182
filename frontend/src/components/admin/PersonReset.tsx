import { useMutation } from '@tanstack/react-query';
import { Mail } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormError } from '@/components/FormError';
import { Button } from '@/components/ui/Button';
import { useErrorText } from '@/hooks/useErrorText';
import { useMethodName } from '@/hooks/useMethodName';
import { useWorkspace } from '@/hooks/useWorkspace';
import { sendReset } from '@/services/admin';
import type { Person } from '@/services/types';
import { DrawerSection } from './DrawerSection';
import { HandedOnLink } from './HandedOnLink';

/** A link for a new password. */
export function PersonReset({ person }: { person: Person }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const methodName = useMethodName();
  const blockedId = useId();
  const printed = useWorkspace().data?.mail === 'console';
  const { email } = person;
  const send = useMutation({
    mutationFn: () => sendReset(person.id),
    onSuccess: ({ link }) => {
      if (!link) toast.success(t('admin.person.resetSent', { email }));
    },
  });
  const text = person.has_password
    ? t('admin.person.resetText')
    : t('admin.person.resetTextNone', { methods: person.sign_in_methods.map(methodName).join(', ') });
  return (
    <DrawerSection title={t('admin.person.reset')} text={text}>
      {printed && <p className="mb-3 text-pretty text-base text-ink-3">{t('admin.person.resetConsole')}</p>}
      <FormError message={send.isError ? textOf(send.error) : null} />
      <Button
        size="sm"
        className="mt-1 max-md:h-10"
        disabled={person.disabled}
        aria-describedby={person.disabled ? blockedId : undefined}
        busy={send.isPending}
        onClick={() => send.mutate()}
      >
        <Mail aria-hidden />
        {t(printed ? 'admin.person.resetMake' : 'admin.person.resetSend')}
      </Button>
      {send.data?.link && (
        <div className="mt-3">
          <HandedOnLink link={send.data.link} />
        </div>
      )}
      {person.disabled && (
        <p id={blockedId} className="mt-2 text-ink-3 text-sm">
          {t('admin.person.resetBlocked')}
        </p>
      )}
    </DrawerSection>
  );
}
