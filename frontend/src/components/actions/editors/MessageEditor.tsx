import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormField } from '@/components/FormField';
import { type MessageDraft, type Payload, payloadOfMessage, type Wanted } from '@/utils/actionDrafts';
import { fromLocal, toLocal } from '@/utils/localTime';
import { threadOfLink } from '@/utils/slackText';
import { UseTemplate } from '../templates/UseTemplate';
import { EditorFrame, type EditorProps } from './EditorFrame';
import { MentionField } from './MentionField';
import { PlaceField } from './PlaceField';
import { useSubmission } from './useSubmission';

interface MessageEditorProps extends EditorProps {
  title: string;
  action: string;
  initial: MessageDraft;
  /** The names of those whom it mentions already, by id. */
  names?: Readonly<Record<string, string>>;
  before?: Payload;
  scheduleAt?: string | null;
  submit: (wanted: Wanted) => Promise<unknown>;
}

const FIELDS = ['payload.channel', 'payload.text', 'payload.thread_ts', 'via', 'schedule_at'];

/** Writes a message. It stands nowhere before it was approved. */
export function MessageEditor({
  initial,
  names = {},
  before,
  scheduleAt = null,
  submit,
  ...frame
}: MessageEditorProps) {
  const { t } = useTranslation();
  const [message, setMessage] = useState(initial);
  const [via, setVia] = useState(frame.fixedVia ?? frame.ways[0]?.via ?? '');
  const [sendAt, setSendAt] = useState(() => toLocal(scheduleAt));
  const [pressed, setPressed] = useState(false);
  const { busy, failure, problemAt, run } = useSubmission(submit, FIELDS);
  const put = (changed: Partial<MessageDraft>) => setMessage((old) => ({ ...old, ...changed }));
  const noChannel = message.channel.trim() === '';
  const noText = message.text.trim() === '';

  /** A link to a message says where it stands as well. */
  function answer(typed: string) {
    const thread = threadOfLink(typed);
    if (!thread) return put({ thread: typed });
    const same = thread.channel === message.channel;
    put({ thread: thread.ts, channel: thread.channel, channelName: same ? message.channelName : '' });
  }

  /** Channels and people of one account are unknown to another. */
  function changeVia(next: string) {
    setVia(next);
    put({ channel: '', channelName: '', thread: '' });
  }

  function onSubmit() {
    setPressed(true);
    if (noChannel || noText) return;
    void run({ payload: payloadOfMessage(message, before), via, schedule_at: fromLocal(sendAt) });
  }

  return (
    <EditorFrame
      {...frame}
      busy={busy}
      failure={failure}
      via={via}
      onVia={changeVia}
      viaError={problemAt('via')}
      sendAt={sendAt}
      onSendAt={setSendAt}
      sendAtError={problemAt('schedule_at')}
      onSubmit={onSubmit}
    >
      <PlaceField
        key={`place ${via}`}
        label={t('actions.fields.channel')}
        autoFocus={initial.channel === ''}
        via={via}
        value={{ id: message.channel, name: message.channelName }}
        onChange={({ id, name }) => put({ channel: id, channelName: name })}
        onThread={({ channel, ts }) => put({ channel, channelName: '', thread: ts })}
        error={
          problemAt('payload.channel') ?? (pressed && noChannel ? t('actions.channelMissing') : undefined)
        }
      />
      <UseTemplate
        kind="slack"
        via={via}
        onUse={({ text, template }) => put({ text: text.trimEnd(), template })}
      />
      <MentionField
        key={`text ${via}`}
        label={t('actions.fields.text')}
        via={via}
        value={message.text}
        onChange={(text) => put({ text })}
        names={names}
        error={problemAt('payload.text') ?? (pressed && noText ? t('actions.textMissing') : undefined)}
      />
      <FormField
        label={t('actions.threadLabel')}
        hint={t('actions.threadHint')}
        optional
        value={message.thread}
        onChange={({ target }) => answer(target.value)}
        error={problemAt('payload.thread_ts')}
      />
    </EditorFrame>
  );
}
