import { useTranslation } from 'react-i18next';
import { Chip } from '@/components/ui/Chip';
import type { SlackPreview } from '@/services/previews';
import { Fact, Facts, Written } from './Facts';
import { OtherFields } from './OtherFields';

const KNOWN = ['sender', 'channel', 'thread', 'operation', 'text', 'mentions'];

/** A message as it will stand in its channel, and whom it calls. */
export function SlackView({ preview }: { preview: SlackPreview }) {
  const { t } = useTranslation();
  const { sender, channel, thread, operation, text, mentions } = preview;
  return (
    <div className="space-y-4">
      <Facts>
        <Fact label={t('actions.fields.operation')}>
          <span className="font-medium">{t(`actions.message.${operation}`)}</span>
        </Fact>
        <Fact label={t('actions.fields.sender')}>{sender}</Fact>
        <Fact label={t('actions.fields.channel')}>
          <bdi className="font-medium">{channel.name}</bdi>{' '}
          <span className="text-ink-2">
            {t(`actions.channelKind.${channel.kind}`)}
            {channel.members !== null && ` · ${t('actions.members', { count: channel.members })}`}
          </span>{' '}
          <span className="font-mono text-ink-3 text-sm">{channel.id}</span>
        </Fact>
        {thread && (
          <Fact label={t('actions.fields.thread')}>
            <blockquote className="border-l-2 pl-3 text-ink-2">{thread.excerpt}</blockquote>
          </Fact>
        )}
        {mentions.length > 0 && (
          <Fact label={t('actions.fields.mentions')}>
            <ul className="flex flex-wrap gap-1.5">
              {mentions.map((one) => (
                <li key={`${one.kind} ${one.id}`}>
                  <Chip size="md" tone={one.people > 1 ? 'warn' : 'accent'}>
                    {one.name}
                    {one.people > 1 && ` · ${t('actions.reaches', { count: one.people })}`}
                  </Chip>
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </Facts>
      <Written>{text}</Written>
      <OtherFields preview={{ ...preview }} known={KNOWN} />
    </div>
  );
}
