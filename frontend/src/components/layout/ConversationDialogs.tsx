import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { ConfirmDialog, Dialog } from '@/components/ui/Dialog';
import { useDeleteConversation, useRenameConversation } from '@/hooks/useConversations';
import { useErrorText } from '@/hooks/useErrorText';
import type { Conversation } from '@/services/types';

const MAX_TITLE_CHARS = 200;

export default function ConversationDialog({
  asking,
  ...props
}: DialogProps & { asking: 'rename' | 'delete' }) {
  return asking === 'rename' ? <RenameDialog {...props} /> : <DeleteDialog {...props} />;
}

interface DialogProps {
  conversation: Conversation;
  onClose: () => void;
}

function RenameDialog({ conversation, onClose }: DialogProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const rename = useRenameConversation();
  const [title, setTitle] = useState(conversation.title);

  function save(event: FormEvent) {
    event.preventDefault();
    const trimmed = title.trim();
    if (!trimmed) return;
    rename.mutateAsync({ id: conversation.id, title: trimmed }).then(
      onClose,
      () => undefined, // shown at the field
    );
  }

  return (
    <Dialog open onOpenChange={onClose} title={t('nav.renameTitle')}>
      <form onSubmit={save} className="space-y-5 p-5 pt-3">
        <FormField
          label={t('nav.renameLabel')}
          value={title}
          maxLength={MAX_TITLE_CHARS}
          onChange={(event) => setTitle(event.target.value)}
          error={rename.isError ? textOf(rename.error) : undefined}
        />
        <footer className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant="primary" busy={rename.isPending} disabled={!title.trim()}>
            {t('nav.renameSave')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

function DeleteDialog({ conversation, onClose }: DialogProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const navigate = useNavigate();
  const remove = useDeleteConversation((shown) => {
    toast.success(t('nav.deleted'));
    if (shown) navigate('/', { replace: true });
  });

  const confirm = () =>
    remove.mutateAsync(conversation.id).then(onClose, (error: unknown) => toast.error(textOf(error)));

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('nav.deleteTitle')}
      description={t('nav.deleteText', { title: conversation.title })}
      action={t('common.delete')}
      busy={remove.isPending}
      onConfirm={confirm}
    />
  );
}
