import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { lastHeld, messageFrom } from '../shared/conversation';
import type { Posted, ServerEvent, Talk } from '../shared/events';
import { FollowedConversation } from '../shared/followedConversation';
import type { Unsent } from '../shared/outbox';
import { isAttentive } from './attention';
import type { DeskLine } from './deskLine';
import { RowSet } from './rowSet';
import { asConversation, talkLine } from './talkLine';
import { byLastWord, renewedTalk, talkAfter, unreadInTalk } from './talkRows';
import { Writing } from './writing';

export type TalksOptions = {
  line: DeskLine;
  me: { id: number; name: string };
  storage: Storage;
  prefix: string;
  uploadHeaders: () => Record<string, string>;
  /** Something arrived that we know nothing of: the whole state is needed. */
  onUnknown: () => void;
};

/** What colleagues say to each other, with the same promise as to visitors: nothing written is lost. */
export class Talks {
  readonly rows = new RowSet<Talk>();
  readonly writing: Writing;
  /** The numbers of the talks, the last spoken in first. */
  readonly order: ReadonlySignal<number[]>;
  readonly unread: ReadonlySignal<number>;
  readonly #options: TalksOptions;
  readonly #current: Signal<FollowedConversation | null> = signal(null);

  constructor(options: TalksOptions) {
    this.#options = options;
    const { storage, prefix, uploadHeaders } = options;
    this.writing = new Writing({
      storage,
      shelf: `${prefix}unsent_talk:`,
      send: (unsent) => this.#post(unsent),
      onSent: (unsent, posted) => this.#confirm(unsent, posted),
      uploadUrl: (id) => `/console/files?talk_id=${id}`,
      uploadHeaders,
    });
    this.order = computed(() =>
      this.rows
        .rows()
        .sort(byLastWord)
        .map((talk) => talk.id),
    );
    this.unread = computed(() =>
      this.rows.rows().reduce((sum, talk) => sum + unreadInTalk(talk, this.me), 0),
    );
    effect(() => this.#readWhatIsShown());
  }

  get me(): number {
    return this.#options.me.id;
  }

  /** The talk on the screen, in full. */
  get current(): ReadonlySignal<FollowedConversation | null> {
    return this.#current;
  }

  isWatched(id: number): boolean {
    return isAttentive.peek() && this.#current.peek()?.id === id;
  }

  /** The server's word on all there is. */
  replace(talks: Talk[]): void {
    this.rows.replace(
      talks.map((talk) => renewedTalk(this.rows.row(talk.id)?.peek(), talk, this.me)),
    );
    this.writing.flush();
  }

  hear(event: ServerEvent): void {
    if (event.name === 'talk_opened' && !this.rows.has(event.talk.id)) this.rows.put(event.talk);
    if (event.name === 'talk_message_posted' && !this.rows.has(event.talk_id))
      this.#options.onUnknown();
    if (event.name.startsWith('talk_'))
      this.rows.changeAll((talk) => talkAfter(talk, event, this.me));
  }

  isOutOfStep(heads: Record<string, number>): boolean {
    return Object.entries(heads).some(
      ([id, head]) => head > (this.rows.row(Number(id))?.peek().last_seq ?? -1),
    );
  }

  /** A talk with those colleagues; with one of them it is always the same. */
  async open(member_ids: number[], title = ''): Promise<Talk> {
    const { talk } = await this.#options.line.ask('open_talk', { member_ids, title });
    this.rows.put(renewedTalk(this.rows.row(talk.id)?.peek(), talk, this.me));
    return talk;
  }

  /** Shows a talk, if it is one of ours.  Null shows none. */
  look(id: number | null): void {
    if (this.#current.peek()?.id === id) return;
    this.#current.peek()?.stop();
    const talk = id === null ? undefined : this.rows.row(id)?.peek();
    this.#current.value = talk ? this.#follow(talk) : null;
  }

  #follow(talk: Talk): FollowedConversation {
    const line = talkLine(this.#options.line, this.me);
    const followed = new FollowedConversation(line, 'team', asConversation(talk, this.me));
    void followed.sync();
    return followed;
  }

  #readWhatIsShown(): void {
    const followed = this.#current.value;
    if (!followed || !isAttentive.value) return;
    const seq = lastHeld(followed.state.value);
    const read = { name: 'talk_read', talk_id: followed.id, member_id: this.me, seq } as const;
    queueMicrotask(() => {
      followed.read();
      this.hear(read);
    });
  }

  #post({ conversation_id, client_id, text, file }: Unsent): Promise<Posted> {
    const content = file ? { file_id: file.id } : { text };
    const talk_id = conversation_id ?? 0;
    return this.#options.line.ask('post_to_talk', { talk_id, client_id, ...content });
  }

  #confirm(unsent: Unsent, posted: Posted): void {
    const talk_id = unsent.conversation_id ?? 0;
    const author = this.#options.me;
    const message = messageFrom(unsent, posted, talk_id, { kind: 'member', ...author });
    if (this.#current.peek()?.id === talk_id) this.#current.peek()?.confirm(message);
    const { conversation_id: _, ...rest } = message;
    this.hear({ name: 'talk_message_posted', ...rest, talk_id, author });
  }
}
