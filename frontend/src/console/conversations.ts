import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { lastHeld, messageFrom } from '../shared/conversation';
import type { Conversation, Posted, ServerEvent } from '../shared/events';
import { FollowedConversation } from '../shared/followedConversation';
import type { Unsent } from '../shared/outbox';
import { isAttentive } from './attention';
import type { DeskLine } from './deskLine';
import type { Ending } from './ending';
import { RowSet } from './rowSet';
import {
  byPlace,
  type Group,
  groupOf,
  moodOf,
  type Row,
  renewed,
  rowAfter,
  rowOf,
  unreadIn,
} from './rows';
import { Writing } from './writing';

type Me = { id: number; name: string };

export type ConversationsOptions = {
  line: DeskLine;
  me: Me;
  seesAll: () => boolean;
  ending: Ending;
  storage: Storage;
  prefix: string;
  uploadHeaders: () => Record<string, string>;
  /** Something arrived that we know nothing of: the whole state is needed. */
  onUnknown: () => void;
  /** One has come to this agent by itself, or has gone back to the queue. */
  onAssigned: (conversation: Conversation) => void;
  onReturned: (row: Row) => void;
};

/** The conversations on an agent's desk: the lines of the list, and in full those he answers or looks at. */
export class Conversations {
  readonly rows = new RowSet<Row>();
  readonly writing: Writing;
  readonly groups: ReadonlySignal<Record<Group, number[]>>;
  readonly waitingCount: ReadonlySignal<number>;
  readonly unread: ReadonlySignal<number>;

  readonly #options: ConversationsOptions;
  readonly #followed = new Map<number, FollowedConversation>();
  readonly #current: Signal<FollowedConversation | null> = signal(null);
  /** Those this agent is just accepting by hand. */
  readonly #accepting = new Set<number>();
  #heardBeside: number | null = null;
  #begun = false;

  constructor(options: ConversationsOptions) {
    this.#options = options;
    const { storage, prefix, uploadHeaders } = options;
    this.writing = new Writing({
      storage,
      shelf: `${prefix}unsent:`,
      send: (unsent) => this.#post(unsent),
      onSent: (unsent, posted) => this.#confirm(unsent, posted),
      uploadUrl: (id) => `/console/files?conversation_id=${id}`,
      uploadHeaders,
    });
    this.groups = steady(() => this.#grouped());
    this.waitingCount = computed(() => this.groups.value.waiting.length);
    this.unread = computed(() => {
      const mine = this.rows.rows().filter((row) => this.isMine(row));
      return mine.reduce((sum, row) => sum + unreadIn(row), 0);
    });
    effect(() => this.#readWhatIsShown());
    addEventListener('storage', ({ key }) => {
      if (key === this.#dismissedKey) this.rows.remove(...this.#dismissed());
    });
  }

  /** The conversation on the screen, in full. */
  get current(): ReadonlySignal<FollowedConversation | null> {
    return this.#current;
  }

  isMine(conversation: Conversation): boolean {
    return conversation.member?.id === this.#options.me.id;
  }

  /** Whether its agent sees this conversation right now. */
  isWatched(id: number): boolean {
    return isAttentive.peek() && this.#current.peek()?.id === id;
  }

  /** The server's word on all there is, after which nothing older counts. */
  replace(conversations: Conversation[], visitorsHere: Set<number>): void {
    const shown = conversations.filter((one) => this.#belongs(one));
    const before = new Map(this.rows.peek().map((row) => [row.id, row]));
    this.rows.replace(
      shown.map((conversation) => {
        const known = this.rows.row(conversation.id)?.peek();
        const here = visitorsHere.has(conversation.visitor.id);
        return known ? renewed(known, conversation, here) : rowOf(conversation, here);
      }),
    );
    for (const conversation of shown) this.#renewFollowed(conversation);
    this.#followMine();
    if (this.#begun) for (const one of shown) this.#tellOfHands(before.get(one.id), one);
    this.#begun = true;
    this.writing.flush();
    this.#hearBesideAgain();
  }

  hear(event: ServerEvent): void {
    switch (event.name) {
      case 'conversation_opened':
      case 'conversation_returned':
        return this.#told(event.conversation);
      case 'message_posted':
        if (!this.#isKnown(event.conversation_id)) this.#options.onUnknown();
        return this.rows.change(event.conversation_id, (row) => rowAfter(row, event));
      case 'conversation_accepted':
        if (event.member.id === this.#options.me.id) this.#becomesMine(event.conversation_id);
        else this.#isNotMineAnyMore(event.conversation_id);
        this.rows.change(event.conversation_id, (row) => rowAfter(row, event));
        return this.#tidy(event);
      case 'conversation_read':
      case 'conversation_rated':
      case 'typing_changed':
      case 'conversation_closed':
        this.rows.change(event.conversation_id, (row) => rowAfter(row, event));
        return this.#tidy(event);
      case 'visitor_erased':
        this.rows.remove(...this.#of(event.visitor_id));
        return this.#unfollowStrangers();
      case 'visitor_arrived':
      case 'visitor_left':
      case 'visitors_changed':
      case 'card_saved':
        return this.rows.changeAll((row) => rowAfter(row, event));
      default:
        return;
    }
  }

  /** Whether the pulse tells of something we do not show, or we show something that is no more. */
  isOutOfStep(heads: Record<string, number>): boolean {
    const shown = this.rows.rows().filter((row) => row.state !== 'closed');
    const behind = shown.some((row) => this.#isBehind(row, heads[row.id]));
    const missing = Object.keys(heads).some((id) => !this.#isKnown(Number(id)));
    return behind || missing;
  }

  async accept(id: number): Promise<void> {
    this.#accepting.add(id);
    try {
      const { conversation } = await this.#options.line.ask('accept_conversation', {
        conversation_id: id,
      });
      this.#put(conversation);
      this.#renewFollowed(conversation);
      this.#followMine();
    } finally {
      this.#accepting.delete(id);
    }
  }

  /** Takes it off the desk; the server hears of it when it can no longer be taken back. */
  end(id: number): void {
    this.#options.ending.begin(id);
    this.rows.remove(id);
  }

  undoEnd(row: Row): void {
    this.#options.ending.undo(row.id);
    this.rows.put(row);
  }

  /** Takes a conversation that has ended off the desk, for good. */
  dismiss(id: number): void {
    this.#keepDismissed([...this.#dismissed(), id].slice(-200));
    this.rows.remove(id);
    this.#unfollowStrangers();
  }

  undoDismiss(row: Row): void {
    this.#keepDismissed(this.#dismissed().filter((id) => id !== row.id));
    this.rows.put(row);
  }

  /** Mine whose visitors have gone, in which nothing waits to be read. */
  gone(): Row[] {
    const mine = this.rows.rows().filter((row) => this.isMine(row));
    return mine.filter((row) => moodOf(row) === 'gone' && unreadIn(row) === 0);
  }

  /** Shows a conversation, an ended one too.  Null shows none. */
  look(conversation: Conversation | null): void {
    if (this.#current.peek()?.id === conversation?.id) return;
    this.#current.value = conversation ? this.#follow(conversation) : null;
    this.#unfollowStrangers();
    this.#hearBeside(conversation);
  }

  #follow(conversation: Conversation): FollowedConversation {
    const known = this.#followed.get(conversation.id);
    if (known) return known;
    const followed = new FollowedConversation(this.#options.line, 'team', conversation);
    this.#followed.set(conversation.id, followed);
    void followed.sync();
    return followed;
  }

  #followMine(): void {
    for (const row of this.rows.rows())
      if (row.state === 'open' && this.isMine(row)) this.#follow(row);
    this.#unfollowStrangers();
  }

  #unfollowStrangers(): void {
    for (const [id, followed] of this.#followed) {
      const row = this.rows.row(id)?.peek();
      if (followed === this.#current.peek() || (row && this.isMine(row))) continue;
      followed.stop();
      this.#followed.delete(id);
    }
  }

  /** The full one takes what the list was told. */
  #renewFollowed(conversation: Conversation): void {
    this.#followed.get(conversation.id)?.apply({ name: 'conversation_opened', conversation });
  }

  /** A colleague's conversation is told to this page only while it looks at it. */
  #hearBeside(conversation: Conversation | null): void {
    const beside = conversation && !this.isMine(conversation) ? conversation.id : null;
    if (beside === this.#heardBeside) return;
    this.#heardBeside = beside;
    this.#options.line.ask('look_at', { conversation_id: beside }).catch(() => {});
  }

  #hearBesideAgain(): void {
    if (this.#heardBeside === null) return;
    this.#options.line.ask('look_at', { conversation_id: this.#heardBeside }).catch(() => {});
  }

  #readWhatIsShown(): void {
    const followed = this.#current.value;
    if (!followed || !isAttentive.value) return;
    const conversation = followed.state.value;
    if (!this.isMine(conversation) || conversation.state !== 'open') return;
    const seq = lastHeld(conversation);
    const read = {
      name: 'conversation_read',
      conversation_id: followed.id,
      side: 'team',
      seq,
    } as const;
    queueMicrotask(() => {
      followed.read();
      this.rows.change(followed.id, (row) => (row.settled_seq < seq ? rowAfter(row, read) : row));
    });
  }

  /** The server's newer word on one of them, which may have changed hands. */
  #told(conversation: Conversation): void {
    if (!this.#belongs(conversation)) return;
    const before = this.rows.row(conversation.id)?.peek();
    this.#put(conversation);
    this.#renewFollowed(conversation);
    this.#followMine();
    this.#tellOfHands(before, conversation);
  }

  #tellOfHands(before: Row | undefined, conversation: Conversation): void {
    const wasMine = before?.state === 'open' && this.isMine(before);
    const isMine = conversation.state === 'open' && this.isMine(conversation);
    if (wasMine && before && !this.isMine(conversation)) this.#options.onReturned(before);
    if (isMine && !wasMine) this.#announce(conversation);
  }

  /** That it went back to the queue in between may be told later, or never. */
  #isNotMineAnyMore(id: number): void {
    const row = this.rows.row(id)?.peek();
    if (row?.state === 'open' && this.isMine(row)) this.#options.onReturned(row);
  }

  /** Accepted for this agent, or by him in another tab: only the conversation itself says which. */
  #becomesMine(id: number): void {
    const known = this.rows.row(id)?.peek();
    if (this.#accepting.has(id) || (known && this.isMine(known))) return;
    this.#options.line
      .ask('find_conversation', { conversation_id: id })
      .then(({ conversation }) => {
        this.#told(conversation);
        this.#announce(conversation);
      })
      .catch(() => this.#options.onUnknown());
  }

  #announce(conversation: Conversation): void {
    const { assigned_by, id } = conversation;
    if (assigned_by === null || assigned_by === 'hand' || this.#accepting.has(id)) return;
    this.#options.onAssigned(conversation);
  }

  #put(conversation: Conversation): void {
    const known = this.rows.row(conversation.id)?.peek();
    // Who opens a conversation has the page open.
    const row = known ? renewed(known, conversation, known.here) : rowOf(conversation, true);
    if (this.#groupOf(row) === null) this.rows.remove(row.id);
    else this.rows.put(row);
  }

  /** Takes what has become somebody else's business off the list. */
  #tidy(event: ServerEvent): void {
    if (event.name !== 'conversation_accepted' && event.name !== 'conversation_closed') return;
    const row = this.rows.row(event.conversation_id)?.peek();
    if (!row) return;
    const endedByMe =
      event.name === 'conversation_closed' &&
      event.by?.kind === 'member' &&
      event.by.id === this.#options.me.id;
    if (endedByMe || this.#groupOf(row) === null) this.rows.remove(row.id);
    if (event.name === 'conversation_accepted') this.#followMine();
  }

  #grouped(): Record<Group, number[]> {
    const groups: Record<Group, number[]> = { waiting: [], mine: [], colleagues: [] };
    for (const row of this.rows.rows().sort(byPlace)) {
      const group = this.#groupOf(row);
      if (group) groups[group].push(row.id);
    }
    return groups;
  }

  #groupOf(row: Row): Group | null {
    return groupOf(row, this.#options.me.id, this.#options.seesAll());
  }

  #belongs(conversation: Conversation): boolean {
    return (
      !this.#options.ending.has(conversation.id) && !this.#dismissed().includes(conversation.id)
    );
  }

  /** What colleagues write is told to them; here it is enough that the conversation is still there. */
  #isBehind(row: Row, head: number | undefined): boolean {
    if (head === undefined) return true;
    return head > row.last_seq && this.#groupOf(row) !== 'colleagues';
  }

  #isKnown(id: number): boolean {
    return this.rows.has(id) || this.#options.ending.has(id) || this.#followed.has(id);
  }

  #of(visitor_id: number): number[] {
    const rows = this.rows.peek().filter((row) => row.visitor.id === visitor_id);
    return rows.map((row) => row.id);
  }

  get #dismissedKey(): string {
    return `${this.#options.prefix}dismissed`;
  }

  #dismissed(): number[] {
    try {
      return JSON.parse(this.#options.storage.getItem(this.#dismissedKey) ?? '[]') as number[];
    } catch {
      return [];
    }
  }

  #keepDismissed(ids: number[]): void {
    this.#options.storage.setItem(this.#dismissedKey, JSON.stringify(ids));
  }

  #post({ conversation_id, client_id, text, file }: Unsent): Promise<Posted> {
    const into = { conversation_id: conversation_id ?? 0, client_id };
    const post = file ? { ...into, file_id: file.id } : { ...into, text };
    return this.#options.line.ask('post_message', post);
  }

  #confirm(unsent: Unsent, posted: Posted): void {
    if (unsent.conversation_id === null) return;
    const author = { kind: 'member', ...this.#options.me } as const;
    const message = messageFrom(unsent, posted, unsent.conversation_id, author);
    this.#followed.get(unsent.conversation_id)?.confirm(message);
    this.hear({ name: 'message_posted', ...message });
  }
}

/** A computed value that stays the same object while it says the same. */
function steady<V>(compute: () => V): ReadonlySignal<V> {
  let said = '';
  let last: V;
  return computed(() => {
    const next = compute();
    const saying = JSON.stringify(next);
    if (saying !== said) {
      said = saying;
      last = next;
    }
    return last;
  });
}
