import { useTranslation } from 'react-i18next';

const NAMED = [
  'from',
  'reply_to',
  'to',
  'cc',
  'bcc',
  'subject',
  'text',
  'html',
  'links',
  'attachments',
  'in_reply_to',
  'schedule_at',
  'via',
  'operation',
  'calendar',
  'title',
  'start',
  'end',
  'all_day',
  'guests',
  'attendees',
  'location',
  'description',
  'conference',
  'mails',
  'scope',
  'changes',
  'sender',
  'channel',
  'thread',
  'blocks',
  'mentions',
] as const;

/** What a field of a preview is called; one that is not known here by its own name. */
export function useFieldName(): (field: string) => string {
  const { t } = useTranslation();
  return (field) => {
    const known = NAMED.find((one) => one === field);
    return known ? t(`actions.fields.${known}`) : field.replaceAll('_', ' ');
  };
}
