import type { LiveAnswer } from '@/services/answers';
import type { Message } from '@/services/types';

/** An answer that is being written, as a message. */
export const messageOf = (live: LiveAnswer): Message => ({
  id: live.messageId ?? 'answer',
  conversation_id: live.conversationId,
  role: 'assistant',
  content: live.text,
  citations: [...live.citations],
  passages: [...live.passages],
  actions: [...live.actions],
  disagreements: [],
  mode: live.mode,
  abstained: false,
  degraded: [...live.degraded],
  status: 'streaming',
  created_at: '',
});
