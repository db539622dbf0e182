import { Ellipsis, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { ConfirmAction } from '@/components/ConfirmAction';
import { Button } from '@/components/ui/Button';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/components/ui/Menu';
import { useErrorText } from '@/hooks/useErrorText';
import { useResendInvitation, useWithdrawInvitation } from '@/hooks/useInvitations';
import type { Invitation } from '@/services/types';
import { LinkDialog } from './LinkDialog';

export function InvitationActions({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const resend = useResendInvitation();
  const withdraw = useWithdrawInvitation();
  const [asking, setAsking] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const { email } = invitation;
  const again = () =>
    resend.mutateAsync(invitation.id).then(
      (sent) => (sent.link ? setLink(sent.link) : toast.success(t('admin.invitations.resent', { email }))),
      (error: unknown) => toast.error(t('admin.invitations.resendFailed'), { description: textOf(error) }),
    );
  return (
    <>
      <Menu>
        <MenuTrigger asChild>
          <Button variant="ghost" size="icon" aria-label={t('admin.invitations.actions', { email })}>
            <Ellipsis aria-hidden />
          </Button>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem onSelect={again}>
            <Send aria-hidden />
            {t('admin.invitations.resend')}
          </MenuItem>
          <MenuItem danger onSelect={() => setAsking(true)}>
            <Trash2 aria-hidden />
            {t('admin.invitations.withdraw')}
          </MenuItem>
        </MenuContent>
      </Menu>
      {link && (
        <LinkDialog
          title={t('admin.invitations.linkTitle')}
          text={t('admin.invitations.linkText', { email })}
          link={link}
          onClose={() => setLink(null)}
        />
      )}
      {asking && (
        <ConfirmAction
          title={t('admin.invitations.withdrawTitle')}
          description={t('admin.invitations.withdrawText', { email })}
          action={t('admin.invitations.withdraw')}
          run={() =>
            withdraw
              .mutateAsync(invitation.id)
              .then(() => toast.success(t('admin.invitations.withdrawn', { email })))
          }
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
