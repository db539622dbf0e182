/** What the editors hold of an action, and the payload that the server takes. */
import type { CalendarPreview, EmailPreview, Mailbox, SlackPreview } from '@/services/previews';
import type { Action, Appointment, Reply } from '@/services/types';
import { ownZone, toLocal } from './localTime';
import { asRecipient, isComplete, type Recipient, readRecipients, withRecipients } from './mailboxes';

export type Payload = Readonly<Record<string, unknown>>;
/** What is to leave, by which account, and when (null: once it is approved). */
export interface Wanted {
  payload: Record<string, unknown>;
  via: string;
  schedule_at: string | null;
}

export interface Attached {
  document_id: string;
  version?: number;
  name: string;
}

export interface MailDraft {
  to: Recipient[];
  cc: Recipient[];
  bcc: Recipient[];
  subject: string;
  text: string;
  attachments: Attached[];
}

export interface EventDraft {
  operation: 'create' | 'update' | 'cancel';
  /** Of what is there already: its id, whether it is one of a series, what of it is meant, and who is invited. */
  eventId: string;
  inSeries: boolean;
  scope: 'this' | 'following' | 'all' | null;
  invited: string[];
  title: string;
  allDay: boolean;
  start: string;
  startZone: string;
  end: string;
  endZone: string;
  guests: Recipient[];
  optional: Recipient[];
  location: string;
  description: string;
  conference: boolean;
  updates: 'all' | 'external' | 'none';
}

export interface MessageDraft {
  channel: string;
  /** What the channel or person is called; empty where only its id is known. */
  channelName: string;
  /** By which template its text was begun. */
  template?: string;
  text: string;
  thread: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const mailboxes = (value: unknown): Recipient[] =>
  withRecipients([], (Array.isArray(value) ? (value as Mailbox[]) : []).map(asRecipient));
const payloadMailboxes = (list: readonly Recipient[]) =>
  list.filter(isComplete).map(({ name, address }) => (name ? { name, address } : { address }));

/** A mail as it is begun in one line: addresses first, if any, then the subject, and what follows in further lines. */
export function mailFrom(typed: string): MailDraft {
  const [line = '', ...lines] = typed.trim().split('\n');
  const words = line.split(/\s+/).filter(Boolean);
  const beyond = words.findIndex((word) => readRecipients(word).some((one) => one.address === null));
  const addresses = beyond === -1 ? words : words.slice(0, beyond);
  return {
    to: withRecipients([], addresses.flatMap(readRecipients)),
    cc: [],
    bcc: [],
    subject: words.slice(addresses.length).join(' '),
    text: lines.join('\n').trim(),
    attachments: [],
  };
}

export function mailOf({ payload, preview }: Pick<Action, 'payload' | 'preview'>): MailDraft {
  const named = new Map(
    ((preview as unknown as EmailPreview).attachments ?? []).map(({ document_id, name }) => [
      document_id,
      name,
    ]),
  );
  const attached = Array.isArray(payload.attachments) ? (payload.attachments as Attached[]) : [];
  return {
    to: mailboxes(payload.to),
    cc: mailboxes(payload.cc),
    bcc: mailboxes(payload.bcc),
    subject: text(payload.subject),
    text: text(payload.text),
    attachments: attached.map((one) => ({ ...one, name: named.get(one.document_id) ?? one.document_id })),
  };
}

export const mailBegun = ({ payload }: Pick<Reply, 'payload'>): MailDraft => mailOf({ payload, preview: {} });

/** What the editor has no field for stays; a formatted version of a text that was changed does not. */
export function payloadOfMail(draft: MailDraft, before: Payload = {}): Record<string, unknown> {
  const { html, ...kept } = before;
  return {
    ...kept,
    ...(html !== undefined && draft.text === before.text && { html }),
    to: payloadMailboxes(draft.to),
    cc: payloadMailboxes(draft.cc),
    bcc: payloadMailboxes(draft.bcc),
    subject: draft.subject,
    text: draft.text,
    attachments: draft.attachments.map(({ document_id, version }) =>
      version === undefined ? { document_id } : { document_id, version },
    ),
  };
}

const NEW_EVENT = {
  operation: 'create',
  eventId: '',
  inSeries: false,
  scope: null,
  invited: [],
} satisfies Partial<EventDraft>;

/** An event as it is begun: in the next full hour, for one hour. */
export function eventFrom(typed: string, zone: string, now: Date = new Date()): EventDraft {
  const start = new Date(now);
  start.setHours(start.getHours() + 1, 0, 0, 0);
  const end = new Date(start.getTime() + 3_600_000);
  const [title = '', ...lines] = typed.trim().split('\n');
  return {
    ...NEW_EVENT,
    title,
    allDay: false,
    start: toLocal(start.toISOString()),
    startZone: zone,
    end: toLocal(end.toISOString()),
    endZone: zone,
    guests: [],
    optional: [],
    location: '',
    description: lines.join('\n').trim(),
    conference: false,
    updates: 'all',
  };
}

interface ZonedLocal {
  local?: string;
  zone?: string;
}

export function eventOf(action: Pick<Action, 'payload' | 'preview'>): EventDraft {
  const { payload } = action;
  if (payload.operation === 'update' || payload.operation === 'cancel') return changeOf(action);
  const guests = Array.isArray(payload.attendees)
    ? (payload.attendees as (Mailbox & { optional?: boolean })[])
    : [];
  const start = (payload.start ?? {}) as ZonedLocal;
  const end = (payload.end ?? {}) as ZonedLocal;
  return {
    ...NEW_EVENT,
    title: text(payload.title),
    allDay: payload.all_day === true,
    start: text(start.local),
    startZone: text(start.zone) || ownZone(),
    end: text(end.local),
    endZone: text(end.zone) || ownZone(),
    guests: guests.filter((one) => !one.optional).map(asRecipient),
    optional: guests.filter((one) => one.optional).map(asRecipient),
    location: text(payload.location),
    description: text(payload.description),
    conference: payload.conference === true,
    updates: (payload.send_updates as EventDraft['updates'] | undefined) ?? 'all',
  };
}

/** What is in the calendar, to be changed: what the list does not tell of it stays as it is. */
export function eventThere(found: Appointment, kept: EventDraft): EventDraft {
  const guest = (address: string) => asRecipient({ name: null, address });
  return {
    ...kept,
    eventId: found.id,
    inSeries: found.series_id !== null,
    scope: null,
    invited: found.guests,
    title: found.title,
    allDay: found.all_day,
    start: found.start.local.slice(0, 16),
    startZone: found.start.zone,
    end: found.end.local.slice(0, 16),
    endZone: found.end.zone,
    guests: found.guests.filter((one) => !found.optional.includes(one)).map(guest),
    optional: found.optional.map(guest),
    location: found.location,
    description: '',
    conference: false,
  };
}

/** A change of what is there, as it is shown on its card: its payload holds only what differs. */
function changeOf({ payload, preview }: Pick<Action, 'payload' | 'preview'>): EventDraft {
  const shown = preview as unknown as Partial<CalendarPreview>;
  const guests = shown.guests ?? [];
  return {
    operation: payload.operation === 'cancel' ? 'cancel' : 'update',
    eventId: text(payload.event_id),
    inSeries: Boolean(shown.scope ?? payload.scope),
    scope: (payload.scope as EventDraft['scope'] | undefined) ?? null,
    invited: guests.map(({ address }) => address),
    title: shown.title ?? text(payload.title),
    allDay: shown.all_day ?? false,
    start: text(shown.start?.local).slice(0, 16),
    startZone: text(shown.start?.zone) || ownZone(),
    end: text(shown.end?.local).slice(0, 16),
    endZone: text(shown.end?.zone) || ownZone(),
    guests: guests.filter((one) => !one.optional).map(asRecipient),
    optional: guests.filter((one) => one.optional).map(asRecipient),
    location: shown.location ?? '',
    description: shown.description ?? '',
    conference: shown.conference ?? false,
    updates: (payload.send_updates as EventDraft['updates'] | undefined) ?? 'all',
  };
}

function fieldsOf(draft: EventDraft): Record<string, unknown> {
  // Whole days are days: "2026-12-03", whatever hour stood there.
  const at = (local: string) => (draft.allDay ? local.slice(0, 10) : local);
  return {
    title: draft.title,
    start: { local: at(draft.start), zone: draft.startZone },
    end: { local: at(draft.end), zone: draft.endZone },
    all_day: draft.allDay,
    attendees: [
      ...payloadMailboxes(draft.guests).map((one) => ({ ...one, optional: false })),
      ...payloadMailboxes(draft.optional).map((one) => ({ ...one, optional: true })),
    ],
    location: draft.location,
    description: draft.description,
    conference: draft.conference,
  };
}

const WHEN = ['start', 'end', 'all_day'];

/** `there`: of what is in the calendar, how it was before anything was written; only what differs is sent. */
export function payloadOfEvent(
  draft: EventDraft,
  before: Payload = {},
  there?: EventDraft,
): Record<string, unknown> {
  const now = fieldsOf(draft);
  if (draft.operation === 'create') return { ...before, ...now, send_updates: draft.updates };
  const { scope: _, ...kept } = before;
  const named = {
    operation: draft.operation,
    event_id: draft.eventId,
    ...(draft.inSeries && draft.scope && { scope: draft.scope }),
    send_updates: draft.updates,
  };
  if (draft.operation === 'cancel') return { ...named };
  const was = there ? fieldsOf(there) : {};
  const differs = Object.keys(now).filter((name) => JSON.stringify(now[name]) !== JSON.stringify(was[name]));
  const sent = differs.some((name) => WHEN.includes(name)) ? [...new Set([...differs, ...WHEN])] : differs;
  return { ...kept, ...named, ...Object.fromEntries(sent.map((name) => [name, now[name]])) };
}

export const messageFrom = (typed: string, answering?: { channel: string; ts: string }): MessageDraft => ({
  channel: answering?.channel ?? '',
  channelName: '',
  text: typed.trim(),
  thread: answering?.ts ?? '',
});

export const messageOf = ({ payload, preview }: Pick<Action, 'payload' | 'preview'>): MessageDraft => ({
  channel: text(payload.channel),
  channelName: text((preview as unknown as Partial<SlackPreview>).channel?.name),
  text: text(payload.text),
  thread: text(payload.thread_ts),
});

export function payloadOfMessage(draft: MessageDraft, before: Payload = {}): Record<string, unknown> {
  const { thread_ts: _, ...kept } = before;
  return {
    ...kept,
    channel: draft.channel.trim(),
    text: draft.text,
    ...(draft.template && { template: draft.template }),
    ...(draft.thread.trim() && { thread_ts: draft.thread.trim() }),
  };
}
