/**
 * The answers that are being written, by conversation. They go on while another page is open; React reads them with
 * `useSyncExternalStore`. A finished answer leaves this store: from then on the server's copy is shown. One that failed
 * stays with its question and its error until that copy has been read, since nothing else holds them.
 */

import { randomId } from '@/utils/randomId';
import { ApiError } from './problem';
import { followAnswer, regenerateAnswer, sendQuestion, watchAnswer } from './stream';
import type { ChatEvent, Citation, LookUp, Message, Passage } from './types';

export interface LiveAnswer {
  conversationId: string;
  /** The question, until the server's copy of it is shown; null when an earlier answer is watched or redone. */
  question: string | null;
  userMessageId: string | null;
  messageId: string | null;
  /** The answer that this one will replace. */
  replaces: string | null;
  phase: 'searching' | 'writing';
  reconnecting: boolean;
  mode: 'model' | 'extractive';
  text: string;
  citations: readonly Citation[];
  passages: readonly Passage[];
  /** Ids of what it prepared. */
  actions: readonly string[];
  degraded: readonly string[];
  error: ApiError | null;
}

interface Hooks {
  /** The answer stands; resolves when the server's copy of it is shown. */
  onCompleted: (live: LiveAnswer, message: Message) => Promise<void> | void;
  /** The stream ended without a whole answer; resolves when the server's copy of it was really read. */
  onFailed: (live: LiveAnswer, signal: AbortSignal) => Promise<void>;
}

type Open = (signal: AbortSignal) => Promise<Response>;
type Follow = typeof followAnswer;

export class AnswerStore {
  readonly #hooks: Hooks;
  readonly #follow: Follow;
  readonly #live = new Map<string, LiveAnswer>();
  readonly #failed = new Map<string, { live: LiveAnswer; abort: AbortController }>();
  readonly #aborts = new Map<string, AbortController>();
  readonly #successors = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  #frame = 0;

  constructor(hooks: Hooks, follow: Follow = followAnswer) {
    this.#hooks = hooks;
    this.#follow = follow;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The answer that is being written, or else the one that failed and has not been read since. */
  readonly get = (conversationId: string | undefined): LiveAnswer | null =>
    (conversationId && (this.#live.get(conversationId) ?? this.#failed.get(conversationId)?.live)) || null;

  /** The answer that was written in place of this one since the page was opened. */
  readonly successorOf = (messageId: string | undefined): string | null =>
    (messageId && this.#successors.get(messageId)) || null;

  /**
   * Asks; with `filters` there, whatever the conversation is restricted to. Rejects when the question was refused before
   * an answer began; it can then be sent again.
   */
  ask(conversationId: string, question: string, filters?: object): Promise<void> {
    const key = randomId();
    return this.#run(conversationId, { question }, (signal) =>
      sendQuestion(conversationId, question, signal, key, filters),
    );
  }

  regenerate(conversationId: string, messageId: string, lookUp?: LookUp): Promise<void> {
    return this.#run(conversationId, { replaces: messageId }, (signal) =>
      regenerateAnswer(messageId, lookUp, signal),
    );
  }

  /** Attaches to an answer that is being written, e.g. after a reload. Does nothing when one is followed already. */
  watch(conversationId: string, messageId: string): void {
    if (this.#live.has(conversationId)) return;
    void this.#run(conversationId, { messageId, replaces: messageId }, (signal) =>
      watchAnswer(messageId, undefined, signal),
    ).catch(() => undefined);
  }

  /** Puts away an answer that failed. */
  dismiss(conversationId: string): void {
    this.#aborts.get(conversationId)?.abort();
    this.#failed.get(conversationId)?.abort.abort();
    this.#live.delete(conversationId);
    this.#failed.delete(conversationId);
    this.#announce();
  }

  close(): void {
    for (const abort of this.#aborts.values()) abort.abort();
    for (const { abort } of this.#failed.values()) abort.abort();
    this.#live.clear();
    this.#failed.clear();
    this.#successors.clear();
  }

  async #run(conversationId: string, given: Partial<LiveAnswer>, open: Open): Promise<void> {
    const abort = new AbortController();
    this.#aborts.set(conversationId, abort);
    this.#live.set(conversationId, {
      conversationId,
      question: null,
      userMessageId: null,
      messageId: null,
      replaces: null,
      phase: 'searching',
      reconnecting: false,
      mode: 'extractive',
      text: '',
      citations: [],
      passages: [],
      actions: [],
      degraded: [],
      error: null,
      ...given,
    });
    this.#announce();
    const outcome: { message?: Message } = {};
    try {
      await this.#follow({
        open,
        messageId: given.messageId ?? undefined,
        signal: abort.signal,
        onReconnecting: (reconnecting) => this.#change(conversationId, { reconnecting }),
        onEvent: (event) => {
          if (event.type === 'message.completed') outcome.message = event.message;
          else this.#take(conversationId, event);
        },
      });
    } catch (error) {
      const problem = error instanceof ApiError ? error : unexpected(error);
      const begun = this.#live.get(conversationId)?.messageId != null;
      if (!begun) {
        this.#live.delete(conversationId);
        this.#announce();
        throw problem;
      }
      this.#change(conversationId, { error: problem, reconnecting: false });
    }
    const live = this.#live.get(conversationId);
    if (!live || abort.signal.aborted) return;
    if (outcome.message) await this.#hooks.onCompleted(live, outcome.message);
    else void this.#keep(live, abort);
    // Still the same answer, since another could have been asked for meanwhile.
    if (this.#aborts.get(conversationId) === abort) {
      this.#live.delete(conversationId);
      this.#aborts.delete(conversationId);
      this.#announce();
    }
  }

  /** Something else can be asked meanwhile; what cannot even begin leaves this one in its place. */
  async #keep(live: LiveAnswer, abort: AbortController): Promise<void> {
    const { conversationId } = live;
    this.#failed.set(conversationId, { live, abort });
    await this.#hooks.onFailed(live, abort.signal);
    if (this.#failed.get(conversationId)?.live !== live) return;
    this.#failed.delete(conversationId);
    this.#announce();
  }

  #take(conversationId: string, event: Exclude<ChatEvent, { type: 'message.completed' }>): void {
    const live = this.#live.get(conversationId);
    if (!live) return;
    switch (event.type) {
      case 'message.started':
        // Kept beyond the answer's end, which may come before anything was drawn.
        if (live.replaces && live.replaces !== event.message_id)
          this.#successors.set(live.replaces, event.message_id);
        this.#change(conversationId, {
          messageId: event.message_id,
          userMessageId: event.user_message_id,
          mode: event.mode,
        });
        break;
      case 'retrieval.completed':
        this.#change(conversationId, {
          passages: event.hits,
          degraded: event.degraded ?? [],
          phase: 'writing',
        });
        break;
      case 'token':
        this.#change(conversationId, { text: live.text + event.text, phase: 'writing' });
        break;
      case 'citation':
        this.#change(conversationId, { citations: [...live.citations, event.citation] });
        break;
      case 'action.proposed':
        this.#change(conversationId, { actions: [...live.actions, event.action_id] });
        break;
      case 'error':
        this.#change(conversationId, {
          error: new ApiError({ status: 500, code: event.code, message: event.message }),
        });
        break;
      default:
        event satisfies never;
    }
  }

  #change(conversationId: string, change: Partial<LiveAnswer>): void {
    const live = this.#live.get(conversationId);
    if (!live) return;
    this.#live.set(conversationId, { ...live, ...change });
    // Tokens come faster than a screen can show them; one drawing per frame is enough.
    this.#frame ||= requestAnimationFrame(() => this.#announce());
  }

  #announce(): void {
    if (this.#frame) cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    for (const listener of this.#listeners) listener();
  }
}

const unexpected = (error: unknown) =>
  new ApiError({
    status: 0,
    code: 'unexpected',
    message: error instanceof Error ? error.message : String(error),
  });
