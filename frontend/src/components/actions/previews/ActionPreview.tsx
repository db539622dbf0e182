import type { CalendarPreview, EmailPreview, SlackPreview } from '@/services/previews';
import type { Action } from '@/services/types';
import { CalendarView } from './CalendarView';
import { EmailView } from './EmailView';
import { SlackView } from './SlackView';

/** Exactly what goes out, as a person will see it. */
export function ActionPreview({ action: { kind, preview } }: { action: Action }) {
  switch (kind) {
    case 'email':
      return <EmailView preview={preview as unknown as EmailPreview} />;
    case 'calendar':
      return <CalendarView preview={preview as unknown as CalendarPreview} />;
    case 'slack':
      return <SlackView preview={preview as unknown as SlackPreview} />;
  }
}
