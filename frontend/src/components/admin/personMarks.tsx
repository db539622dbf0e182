import { BadgeCheck, MailWarning } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Chip } from '@/components/ui/Chip';
import { cn } from '@/utils/cn';

export function Verified({ verified }: { verified: boolean }) {
  const { t } = useTranslation();
  const Icon = verified ? BadgeCheck : MailWarning;
  const label = t(verified ? 'admin.people.verified' : 'admin.people.unverified');
  return (
    <span title={label} className={cn('relative z-10 shrink-0', verified ? 'text-ok' : 'text-warn')}>
      <Icon className="size-4" strokeWidth={1.85} aria-hidden />
      <span className="sr-only">{label}</span>
    </span>
  );
}

export function AccountStatus({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation();
  return (
    <Chip size="md" tone={disabled ? 'danger' : 'ok'}>
      {t(`admin.statuses.${disabled ? 'deactivated' : 'active'}`)}
    </Chip>
  );
}
