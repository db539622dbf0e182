import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWays } from '@/hooks/useActions';
import type { EditOf } from '@/services/actions';
import type { EmailPreview, SlackPreview } from '@/services/previews';
import type { Action } from '@/services/types';
import { eventOf, mailOf, messageOf, type Wanted } from '@/utils/actionDrafts';
import { EventEditor } from './EventEditor';
import { MailEditor } from './MailEditor';
import { MessageEditor } from './MessageEditor';

/** What those are called whom a message mentions, by id. */
const mentionNames = (preview: Action['preview']): Record<string, string> =>
  Object.fromEntries(
    ((preview as unknown as Partial<SlackPreview>).mentions ?? []).map(({ id, name }) => [id, name]),
  );

interface EditorProps {
  action: Action;
  save: (edit: EditOf) => Promise<Action>;
  onSaved: (after: Action) => void;
  onClose: () => void;
}

/** Changes what is to go out. It has to be approved anew then. */
export function Editor({ action, save, onSaved, onClose }: EditorProps) {
  const { t } = useTranslation();
  // Of what stands in the fields: the action may change while they are open.
  const [hash] = useState(action.hash);
  const ways = useWays(action.kind).data ?? [];
  const given = {
    title: t(`actions.editTitle.${action.kind}`),
    action: t('actions.save'),
    ways,
    fixedVia: action.via,
    before: action.payload,
    scheduleAt: action.schedule_at,
    submit: async ({ payload, schedule_at }: Wanted) => {
      onSaved(await save({ payload, schedule_at, hash }));
      onClose();
    },
    onClose,
  };
  switch (action.kind) {
    case 'email':
      return (
        <MailEditor
          {...given}
          initial={mailOf(action)}
          answered={(action.preview as unknown as EmailPreview).in_reply_to}
        />
      );
    case 'calendar':
      return <EventEditor {...given} initial={eventOf(action)} />;
    case 'slack':
      return <MessageEditor {...given} initial={messageOf(action)} names={mentionNames(action.preview)} />;
  }
}
