import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import {
  after,
  begin,
  isBehind,
  type LiveConversation,
  lastHeld,
  synced,
  unreadBy,
  withMessages,
  withTyping,
} from './conversation';
import type { Conversation, ConversationRequest, Message, ServerEvent, Side } from './events';
import { Refused } from './refusal';
import type { Transport } from './transport';

const GAP_MAY_CLOSE_WITHIN = 250;
const TYPING_EVERY = 300;
const TYPING_LASTS = 6_000;
const QUIET_FOR = 2_000;
// The first answer without them may have overtaken the messages' commit.
const HOLE_AFTER = 2;

/** What a followed conversation needs of a transport, whoever the caller is. */
export type Line = Pick<Transport<ConversationRequest>, 'ask' | 'hint' | 'onEvent' | 'onCatchUp'>;

/**
 * Keeps one conversation in step with the server: applies pushes in order, waits a moment for what is missing,
 * and asks for it when it does not come.  In a quiet moment it confirms to the server that it holds everything,
 * and it reports a hole that asking does not fill.
 */
export class FollowedConversation {
  readonly id: number;
  readonly #line: Line;
  readonly #side: Side;
  readonly #state: Signal<LiveConversation>;
  readonly #leave: (() => void)[];
  #gap: ReturnType<typeof setTimeout> | undefined;
  #syncing: Promise<void> | undefined;
  #typing: { text: string; timer: ReturnType<typeof setTimeout> } | undefined;
  #typingEnds: Partial<Record<Side, ReturnType<typeof setTimeout>>> = {};
  #readUpTo = 0;
  #fruitless = 0;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  /** The number the quiet moment is waited for, or that was told then. */
  #confirming = 0;
  #reported = -1;

  constructor(line: Line, side: Side, conversation: Conversation) {
    this.id = conversation.id;
    this.#line = line;
    this.#side = side;
    this.#state = signal(begin(conversation));
    this.#leave = [
      line.onEvent((event) => this.apply(event)),
      line.onCatchUp(() => void this.sync()),
    ];
  }

  get state(): ReadonlySignal<LiveConversation> {
    return this.#state;
  }

  /** Up to which number each side has said that it holds everything (`beyond.md`, idea 1). */
  get confirmed(): Record<Side, number> {
    const { visitor_confirmed_seq, team_confirmed_seq } = this.#state.value;
    return { visitor: visitor_confirmed_seq, team: team_confirmed_seq };
  }

  stop(): void {
    for (const leave of this.#leave) leave();
    clearTimeout(this.#gap);
    clearTimeout(this.#quiet);
    this.endTyping();
  }

  apply(event: ServerEvent): void {
    this.#become(after(this.#state.peek(), event));
    if (event.name === 'typing_changed' && event.conversation_id === this.id)
      this.#forgetTypingLater(event.side);
  }

  /** Our own message with the place the server gave it. */
  confirm(message: Message): void {
    this.#become(withMessages(this.#state.peek(), [message]));
  }

  /** Asks for everything after what we hold.  Several calls at once are one. */
  sync(): Promise<void> {
    this.#syncing ??= this.#fetchMissing().finally(() => {
      this.#syncing = undefined;
    });
    return this.#syncing;
  }

  /** Tells the other side that everything shown has been read. */
  read(): void {
    const state = this.#state.peek();
    const seq = lastHeld(state);
    if (seq <= this.#readUpTo || unreadBy(this.#side, state) === 0) return;
    this.#readUpTo = seq;
    this.apply({ name: 'conversation_read', conversation_id: this.id, side: this.#side, seq });
    this.#line.ask('read', { conversation_id: this.id, seq }).catch(() => {
      this.#readUpTo = 0;
    });
  }

  /** Shows the other side what is being written, a few times a second at most. */
  type(text: string): void {
    // Visitors never get the text, so to them an emptied box would look like writing.
    if (text === '' && this.#side === 'team') return this.endTyping();
    if (this.#typing) {
      this.#typing.text = text;
      return;
    }
    this.#sendTyping(text);
    const timer = setTimeout(() => {
      const newest = this.#typing?.text;
      this.#typing = undefined;
      if (newest !== undefined && newest !== text) this.type(newest);
    }, TYPING_EVERY);
    this.#typing = { text, timer };
  }

  /** What was being written has been sent, which says enough. */
  endTyping(): void {
    clearTimeout(this.#typing?.timer);
    this.#typing = undefined;
  }

  #sendTyping(text: string): void {
    this.#line.hint('typing', { conversation_id: this.id, text: text.slice(0, 500) });
  }

  #become(state: LiveConversation): void {
    this.#state.value = state;
    if (!isBehind(state)) {
      this.#stopWaiting();
      return this.#confirmLater(lastHeld(state));
    }
    this.#gap ??= setTimeout(
      () => {
        this.#gap = undefined;
        void this.sync();
      },
      GAP_MAY_CLOSE_WITHIN * 2 ** this.#fruitless,
    );
  }

  #stopWaiting(): void {
    clearTimeout(this.#gap);
    this.#gap = undefined;
  }

  async #fetchMissing(): Promise<void> {
    try {
      let more = true;
      while (more) {
        const conversation_id = this.id;
        const holding = lastHeld(this.#state.peek());
        const answer = await this.#line.ask('sync', { conversation_id, after: holding });
        this.#learn(synced(this.#state.peek(), answer), answer.messages.length > 0);
        more = answer.more && answer.messages.length > 0;
      }
    } catch {
      // Unreachable: the next catch-up asks again.  Refused: the conversation is no longer ours to see.
    }
  }

  #learn(state: LiveConversation, isMore: boolean): void {
    // A head without its messages must not make us ask four times a second for ever.
    this.#fruitless = isBehind(state) && !isMore ? Math.min(this.#fruitless + 1, 8) : 0;
    this.#become(state);
    if (this.#fruitless >= HOLE_AFTER) this.#reportHole(state);
  }

  /** Once for each hole: that it is there is what somebody should look into. */
  #reportHole(state: LiveConversation): void {
    const after = lastHeld(state);
    if (this.#reported === after) return;
    this.#reported = after;
    const before = state.held[0]?.seq ?? state.last_seq + 1;
    this.#line.ask('report_gap', { conversation_id: this.id, after, before }).catch((problem) => {
      if (!(problem instanceof Refused)) this.#reported = -1;
    });
  }

  get #confirmedByUs(): number {
    const { visitor_confirmed_seq, team_confirmed_seq } = this.#state.peek();
    return this.#side === 'visitor' ? visitor_confirmed_seq : team_confirmed_seq;
  }

  #confirmLater(seq: number): void {
    if (seq <= Math.max(this.#confirmedByUs, this.#confirming)) return;
    this.#confirming = seq;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.#confirmHead(seq), QUIET_FOR);
  }

  async #confirmHead(seq: number): Promise<void> {
    const conversation_id = this.id;
    // Another tab of ours may have said it meanwhile.
    if (this.#confirmedByUs >= seq) return;
    try {
      const { last_seq } = await this.#line.ask('confirm_head', { conversation_id, seq });
      this.apply({ name: 'conversation_confirmed', conversation_id, side: this.#side, seq });
      this.apply({ name: 'heads', heads: { [conversation_id]: last_seq } });
    } catch (problem) {
      // Unreachable: the next catch-up tries again.  Refused: asking again would not help.
      if (!(problem instanceof Refused)) this.#confirming = 0;
    }
  }

  #forgetTypingLater(side: Side): void {
    clearTimeout(this.#typingEnds[side]);
    this.#typingEnds[side] = setTimeout(() => {
      this.#state.value = withTyping(this.#state.peek(), side, null);
    }, TYPING_LASTS);
  }
}
