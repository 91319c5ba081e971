import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { lastHeld, messageFrom } from '../shared/conversation';
import type { Conversation, Posted, SentFile, ServerEvent } from '../shared/events';
import { FollowedConversation } from '../shared/followedConversation';
import { Outbox, shelfIn, type Unsent } from '../shared/outbox';
import { Uploads } from '../shared/uploads';
import type { DeskLine } from './deskLine';
import type { Ending } from './ending';
import { RowSet } from './rowSet';
import { byPlace, type Group, groupOf, type Row, renewed, rowAfter, rowOf, unreadIn } from './rows';

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
};

/** The conversations on an agent's desk: the lines of the list, and in full those he answers or looks at. */
export class Conversations {
  readonly rows = new RowSet<Row>();
  readonly unsent: Signal<readonly Unsent[]> = signal([]);
  readonly groups: ReadonlySignal<Record<Group, number[]>>;
  readonly waitingCount: ReadonlySignal<number>;
  readonly unread: ReadonlySignal<number>;

  readonly #options: ConversationsOptions;
  readonly #outbox: Outbox;
  readonly #uploads = new Map<number, Uploads>();
  readonly #followed = new Map<number, FollowedConversation>();
  readonly #current: Signal<FollowedConversation | null> = signal(null);
  readonly #visible = signal(isAttentive());
  #heardBeside: number | null = null;

  constructor(options: ConversationsOptions) {
    this.#options = options;
    this.#outbox = new Outbox({
      shelf: shelfIn(options.storage, `${options.prefix}unsent:`),
      send: (unsent) => this.#post(unsent),
      onSent: (unsent, posted) => this.#confirm(unsent, posted),
      onChange: (unsent) => {
        this.unsent.value = unsent;
      },
    });
    this.unsent.value = this.#outbox.unsent;
    this.groups = steady(() => this.#grouped());
    this.waitingCount = computed(() => this.groups.value.waiting.length);
    this.unread = computed(() => {
      const mine = this.rows.rows().filter((row) => this.isMine(row));
      return mine.reduce((sum, row) => sum + unreadIn(row), 0);
    });
    for (const name of ['focus', 'blur', 'visibilitychange'])
      addEventListener(
        name,
        () => {
          this.#visible.value = isAttentive();
        },
        true,
      );
    effect(() => this.#readWhatIsShown());
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
    return this.#visible.peek() && this.#current.peek()?.id === id;
  }

  uploadsInto(id: number): Uploads {
    const known = this.#uploads.get(id);
    if (known) return known;
    const uploads = new Uploads({
      url: `/console/files?conversation_id=${id}`,
      headers: this.#options.uploadHeaders,
      onUploaded: (file) => this.#write(id, '', file),
    });
    this.#uploads.set(id, uploads);
    return uploads;
  }

  /** The server's word on all there is, after which nothing older counts. */
  replace(conversations: Conversation[], visitorsHere: Set<number>): void {
    const shown = conversations.filter((one) => this.#belongs(one));
    this.rows.replace(
      shown.map((conversation) => {
        const known = this.rows.row(conversation.id)?.peek();
        const here = visitorsHere.has(conversation.visitor.id);
        return known ? renewed(known, conversation, here) : rowOf(conversation, here);
      }),
    );
    for (const conversation of shown) this.#renewFollowed(conversation);
    this.#followMine();
    this.#outbox.flush();
    this.#hearBesideAgain();
  }

  hear(event: ServerEvent): void {
    switch (event.name) {
      case 'conversation_opened':
        if (this.#belongs(event.conversation)) this.#put(event.conversation);
        return;
      case 'message_posted':
        if (!this.#isKnown(event.conversation_id)) this.#options.onUnknown();
        return this.rows.change(event.conversation_id, (row) => rowAfter(row, event));
      case 'conversation_accepted':
      case 'conversation_read':
      case 'typing_changed':
      case 'conversation_closed':
        this.rows.change(event.conversation_id, (row) => rowAfter(row, event));
        return this.#tidy(event);
      case 'visitor_arrived':
      case 'visitor_left':
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
    const { conversation } = await this.#options.line.ask('accept_conversation', {
      conversation_id: id,
    });
    this.#put(conversation);
    this.#renewFollowed(conversation);
    this.#followMine();
  }

  say(id: number, text: string, files: File[]): void {
    if (text.trim()) this.#write(id, text.trim());
    this.uploadsInto(id).add(files);
  }

  retry(id: number, client_id: string): void {
    this.#outbox.retry(client_id);
    this.uploadsInto(id).retry(client_id);
  }

  remove(id: number, client_id: string): void {
    this.#outbox.remove(client_id);
    this.uploadsInto(id).remove(client_id);
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
    const { storage, prefix } = this.#options;
    const dismissed = [...this.#dismissed(), id].slice(-200);
    storage.setItem(`${prefix}dismissed`, JSON.stringify(dismissed));
    this.rows.remove(id);
    this.#unfollowStrangers();
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
    if (!followed || !this.#visible.value) return;
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

  #put(conversation: Conversation): void {
    const known = this.rows.row(conversation.id)?.peek();
    // Who opens a conversation has the page open.
    this.rows.put(known ? renewed(known, conversation, known.here) : rowOf(conversation, true));
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

  #dismissed(): number[] {
    try {
      const { storage, prefix } = this.#options;
      return JSON.parse(storage.getItem(`${prefix}dismissed`) ?? '[]') as number[];
    } catch {
      return [];
    }
  }

  #write(id: number, text: string, file?: SentFile): void {
    this.#outbox.post(id, { text, file });
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

function isAttentive(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
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
