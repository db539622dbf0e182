/** What is shown of an action before it goes out, by its kind. The server makes it in the same step as what goes out. */

export interface Mailbox {
  name: string | null;
  address: string;
}

interface AttachedFile {
  document_id: string;
  version: number;
  name: string;
  size_bytes: number;
}

/** The mail that is answered; `same_conversation`: the answer is put into its conversation. */
export interface Answered {
  /** null: it is not open to the reader, and nothing is told of it. */
  document_id: string | null;
  from: string;
  subject: string;
  sent_at: string | null;
  same_conversation?: boolean;
}

export interface EmailPreview {
  from: string;
  reply_to: Mailbox | null;
  to: Mailbox[];
  cc: Mailbox[];
  bcc: Mailbox[];
  subject: string;
  text: string;
  attachments: AttachedFile[];
  in_reply_to?: Answered;
  /** The formatted form, as it leaves, and the addresses that it leads to. */
  html?: string;
  links?: string[];
}

/** A time where it takes place. `local` has no zone, e.g. "2026-12-03T10:00", or "2026-12-03" for whole days. */
export interface ShownTime {
  local: string;
  zone: string;
  weekday: string;
  utc_offset: string;
}

export interface Guest {
  address: string;
  name: string | null;
  optional: boolean;
  local_start: string;
  zone: string;
  availability: 'free' | 'busy' | 'unknown';
}

export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

export interface CalendarPreview {
  operation: 'create' | 'update' | 'cancel';
  calendar: string;
  title: string;
  start: ShownTime;
  end: ShownTime;
  all_day: boolean;
  guests: Guest[];
  location: string;
  description: string;
  conference: boolean;
  /** Who gets a mail of it. */
  mails: string[];
  scope: 'this' | 'following' | 'all' | null;
  /** Who is a guest of other appointments of the series alone; `days`: the first of these, of `count`. */
  elsewhere?: { address: string; name: string | null; days: string[]; count: number }[];
  changes: FieldChange[];
}

export interface Mention {
  kind: 'person' | 'group' | 'channel' | 'here' | 'everyone';
  id: string;
  name: string;
  people: number;
}

export interface SlackPreview {
  sender: string;
  channel: {
    id: string;
    name: string;
    kind: 'channel' | 'private_channel' | 'person' | 'group';
    members: number | null;
  };
  thread: { ts: string; excerpt: string } | null;
  operation: 'post' | 'reply' | 'update';
  text: string;
  blocks: unknown[] | null;
  mentions: Mention[];
}
