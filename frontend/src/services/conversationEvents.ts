/** Follows what becomes of one's conversations in other tabs and on other devices. */
import { type Listener, listenInView } from './listening';
import type { ConversationEvent } from './types';

const KNOWN = new Set<string>([
  'conversation.changed',
  'conversation.deleted',
  'reset',
  'error',
] satisfies ConversationEvent['type'][]);

/** A refusal is final; whoever is still signed in sees changes when the page comes into view again. */
export const listenToConversations = (listener: Listener<ConversationEvent>) =>
  listenInView('/api/v1/conversations/events', KNOWN, listener);
