import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Segmented } from '@/components/ui/Segmented';
import { useGroupEntry } from '@/hooks/useGroupEntry';
import { useInvite } from '@/hooks/useInvitations';
import { useServerForm } from '@/hooks/useServerForm';
import { ROLES } from '@/services/admin';
import type { Role } from '@/services/types';
import { inviteSchema } from '@/utils/validation';
import { GroupsField } from './GroupsField';
import { LinkDialog } from './LinkDialog';

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const invite = useInvite();
  const [role, setRole] = useState<Role>('member');
  const [groups, setGroups] = useState<string[]>([]);
  const entry = useGroupEntry(groups, setGroups);
  const [made, setMade] = useState<{ email: string; link: string } | null>(null);
  const { field, onSubmit, failure, busy } = useServerForm({
    schema: inviteSchema,
    initial: { email: '' },
    fieldOfCode: { email_taken: 'email' },
    submit: async ({ email }) => {
      const wanted = entry.take();
      if (!wanted) return;
      const sent = await invite.mutateAsync({ email, role, groups: wanted });
      if (sent.link) return setMade({ email, link: sent.link });
      toast.success(t('admin.invitations.sent', { email }));
      onClose();
    },
  });
  if (made) {
    return (
      <LinkDialog
        title={t('admin.invitations.linkTitle')}
        text={t('admin.invitations.linkText', { email: made.email })}
        link={made.link}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('admin.invitations.inviteTitle')}
      description={t('admin.invitations.inviteText')}
    >
      <form onSubmit={onSubmit} noValidate className="flex min-h-0 flex-col">
        <div className="space-y-4 overflow-y-auto px-5 pt-3 pb-1">
          <FormError message={failure} />
          <FormField
            label={t('auth.email')}
            type="email"
            inputMode="email"
            autoComplete="off"
            spellCheck={false}
            {...field('email')}
          />
          <div>
            <p aria-hidden className="mb-1.5 font-medium text-sm">
              {t('admin.invitations.role')}
            </p>
            <Segmented
              label={t('admin.invitations.role')}
              value={role}
              options={ROLES.map((value) => ({ value, label: t(`admin.roles.${value}`) }))}
              onChange={setRole}
            />
            <p className="mt-1.5 text-pretty text-ink-3 text-sm">{t(`admin.person.roleText.${role}`)}</p>
          </div>
          <GroupsField label={t('admin.groups')} hint={t('admin.groupsHint')} entry={entry} />
        </div>
        <footer className="flex justify-end gap-2 p-5 pt-4">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t('admin.invitations.send')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
