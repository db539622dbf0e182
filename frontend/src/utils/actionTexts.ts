/** What an action is called where there is room for one line. */
import type { Mailbox, SlackPreview } from '@/services/previews';
import type { Action } from '@/services/types';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

type Shown = Pick<Action, 'kind' | 'preview' | 'payload'>;

/** A draft has no preview yet: what stands in it is all there is. */
const shownOf = ({ preview, payload }: Omit<Shown, 'kind'>) =>
  Object.keys(preview).length > 0 ? preview : payload;

/** Its subject, its title, or the first line of what it says; empty if it has none. */
export function titleOf({ kind, ...action }: Shown): string {
  const preview = shownOf(action);
  switch (kind) {
    case 'email':
      return text(preview.subject).trim();
    case 'calendar':
      return text(preview.title).trim();
    case 'slack':
      return text(preview.text).trim().split('\n')[0] ?? '';
  }
}

/** Whom it reaches, each as their name or address. */
export function recipientsOf({ kind, ...action }: Shown): string[] {
  const preview = shownOf(action);
  const people = (value: unknown) =>
    (Array.isArray(value) ? (value as Mailbox[]) : []).map(({ name, address }) => name || address);
  switch (kind) {
    case 'email':
      return [...people(preview.to), ...people(preview.cc), ...people(preview.bcc)];
    case 'calendar':
      return people(preview.guests ?? preview.attendees);
    case 'slack': {
      const channel = (preview as Partial<SlackPreview>).channel;
      return typeof channel === 'object' ? [channel.name] : [];
    }
  }
}
