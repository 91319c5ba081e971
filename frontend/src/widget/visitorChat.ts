import { batch, computed, type Signal, signal } from '@preact/signals-core';
import { messageFrom } from '../shared/conversation';
import type {
  Conversation,
  Named,
  Posted,
  Queue,
  ServerEvent,
  Welcome,
  WidgetRequest,
} from '../shared/events';
import { FollowedConversation } from '../shared/followedConversation';
import { t } from '../shared/i18n';
import { Outbox, type Unsent } from '../shared/outbox';
import { Refused } from '../shared/refusal';
import type { Style } from '../shared/style';
import type { LinkState } from '../shared/transport';
import { Uploads } from '../shared/uploads';
import type { HostPage } from './bridge';
import { Entrance } from './entrance';
import type { HostLink } from './hostLink';
import { RatingQuestion } from './ratingQuestion';
import type { FrameSettings } from './settings';
import { headersFor, lineFor, type VisitorLine } from './visitorLine';
import { Writing } from './writing';

/** A message to leave, with what the company's form asks. */
export type OfflineNote = Omit<Named<WidgetRequest, 'leave_offline_message'>['ask'], 'client_id'>;

const PUT_AWAY = 'put-away';
const LATE_AFTER = 4_000;

/** The visitor's side of the chat: what he sees as signals, what he does as verbs. */
export class VisitorChat {
  readonly link: Signal<LinkState> = signal('connecting');
  readonly welcome: Signal<Welcome | null> = signal(null);
  /** What the company dresses its window in, once that is known. */
  readonly style: Signal<Style | null> = signal(null);
  readonly entrance: Entrance;
  readonly conversation: Signal<FollowedConversation | null> = signal(null);
  readonly unsent: Signal<readonly Unsent[]> = signal([]);
  /** What is being written; it becomes the message to leave when nobody is there. */
  readonly writing: Writing;
  readonly uploads: Uploads;
  /** While he waits: his place, if anybody knows. */
  readonly queue: Signal<Queue | null> = signal(null);
  /** Who had to leave him, until somebody takes over. */
  readonly leftBy: Signal<string | null> = signal(null);
  readonly rating: RatingQuestion;
  /** Whether the service has not answered for a while, though it never has yet. */
  readonly isLate: Signal<boolean> = signal(false);
  readonly isErased: Signal<boolean> = signal(false);
  readonly state = computed(() => this.conversation.value?.state.value ?? null);
  /** Whether a conversation is going on, or about to. */
  readonly talks = computed(
    () =>
      (this.state.value ?? { state: 'closed' }).state !== 'closed' || this.unsent.value.length > 0,
  );
  /** Where he is now. */
  readonly page: Signal<HostPage>;

  readonly ask: VisitorLine['ask'];
  readonly #host: HostLink;
  readonly #settings: FrameSettings;
  readonly #line: VisitorLine;
  readonly #outbox: Outbox;
  #opening = false;

  constructor(host: HostLink, settings: FrameSettings, line?: VisitorLine) {
    this.#host = host;
    this.#settings = settings;
    this.page = signal(host.boot.page);
    this.#line = line ?? lineFor(host, settings, () => this.page.peek());
    this.ask = this.#line.ask.bind(this.#line);
    this.rating = new RatingQuestion(host, this.ask);
    this.entrance = new Entrance({
      ask: this.ask,
      onOpened: (conversation) => this.#follow(conversation),
      onRegistered: () => void this.#openIfNeeded(),
    });
    this.writing = new Writing({
      host,
      ask: this.ask,
      window: () => this.welcome.peek()?.window,
      show: (text) => this.conversation.peek()?.type(text),
    });
    this.#outbox = new Outbox({
      shelf: host.shelf,
      send: (unsent) => this.#deliver(unsent),
      onSent: (unsent, posted) => this.#confirm(unsent, posted),
      onGone: (conversation_id) => {
        this.#outbox.adopt(conversation_id, null);
        void this.#openIfNeeded();
      },
      onChange: (unsent) => {
        this.unsent.value = unsent;
      },
    });
    this.unsent.value = this.#outbox.unsent;
    this.uploads = new Uploads({
      url: `/w/${settings.site}/files`,
      headers: () => headersFor(host, settings),
      onUploaded: (file) => this.#post('', file),
    });
    this.#line.onEvent((event) => this.#hear(event));
    this.#line.onState((state) => {
      this.link.value = state;
      if (state === 'lost') this.isLate.value = true;
      if (this.refusal?.code === 'frame_expired') reloadOnce();
    });
    this.#line.onCatchUp(() => void this.#catchUp());
  }

  get refusal(): Refused | null {
    if (!this.#isNobody) return this.#line.refusal;
    return new Refused('identity_required', t('Sign in on this site to chat with us.'));
  }

  start(): void {
    // He would be turned away on every page until he signs in there.
    if (this.#isNobody) this.link.value = 'refused';
    else this.#line.start();
    setTimeout(() => {
      this.isLate.value = true;
    }, LATE_AFTER);
  }

  /** Comes back as whom the customer's page now says he is. */
  identify(identity: string): void {
    if (identity === this.#host.identity) return;
    this.#host.identity = identity;
    this.#line.stop();
    this.start();
  }

  /** Sends what was written, and files. */
  send(files: File[]): void {
    const text = this.writing.take();
    this.conversation.peek()?.endTyping();
    if (text) this.#post(text);
    this.uploads.add(files);
  }

  retry(client_id: string): void {
    this.#outbox.retry(client_id);
    this.uploads.retry(client_id);
    void this.#openIfNeeded();
  }

  remove(client_id: string): void {
    this.#outbox.remove(client_id);
    this.uploads.remove(client_id);
  }

  read(): void {
    this.conversation.value?.read();
  }

  async end(): Promise<void> {
    const conversation = this.conversation.peek();
    if (conversation)
      await this.#line.ask('end_conversation', { conversation_id: conversation.id });
  }

  /** Puts the ended conversation away; the next message opens another. */
  startOver(): void {
    this.#host.keep(PUT_AWAY, String(this.conversation.peek()?.id));
    this.#follow(null);
  }

  async leave({ text, answers }: OfflineNote, client_id: string): Promise<void> {
    await this.writing.makeReady();
    const guarded = { client_id, text: this.writing.guarded(text), answers };
    await this.#line.ask('leave_offline_message', guarded);
  }

  /** Erases everything about him, there and here.  Throws what `ask` throws. */
  async eraseMe(): Promise<void> {
    await this.#line.ask('erase_me', {});
    this.#beForgotten();
  }

  view(page: HostPage): void {
    this.page.value = page;
    // Nobody is told twice: at the next connect the page travels with the handshake.
    this.#line.ask('view_page', { url: page.url, title: page.title }).catch(() => {});
  }

  get #isNobody(): boolean {
    return this.#settings.requiresIdentity && !this.#host.identity;
  }

  #hear(event: ServerEvent): void {
    if (event.name === 'welcome') this.#beWelcomed(event);
    if (event.name !== 'welcome') this.entrance.hear(event);
    if (event.name === 'style_changed') this.style.value = event.style;
    if (event.name === 'conversation_opened') this.#follow(event.conversation);
    if (event.name === 'privacy_changed') this.#beShown(event.shows_typing);
    if (event.name === 'visitor_erased' && event.visitor_id === this.welcome.peek()?.visitor.id)
      this.#beForgotten();
    if ('conversation_id' in event && event.conversation_id === this.state.peek()?.id)
      this.#hearOfConversation(event);
    if (event.name === 'conversation_returned' && event.conversation.id === this.state.peek()?.id)
      this.leftBy.value = this.state.peek()?.member?.name ?? null;
  }

  /** What concerns the visitor beyond the conversation's own state, which follows the line itself. */
  #hearOfConversation(event: ServerEvent & { conversation_id: number }): void {
    if (event.name === 'queue_changed') this.queue.value = { place: event.place, wait: event.wait };
    if (event.name === 'rating_asked') this.rating.ask(event.conversation_id);
    if (event.name === 'conversation_rated') this.rating.dismiss();
    if (event.name === 'conversation_accepted') this.leftBy.value = this.queue.value = null;
  }

  #beShown(shown: boolean): void {
    // What was sent a moment ago may have been too early to be shown.
    this.conversation.peek()?.endTyping();
    this.writing.beShown(shown);
  }

  #beForgotten(): void {
    this.#line.stop();
    for (const { client_id } of this.#outbox.unsent) this.#outbox.remove(client_id);
    this.#host.forget();
    this.#follow(null);
    this.isErased.value = true;
  }

  #beWelcomed(welcome: Welcome): void {
    const before = this.welcome.peek()?.visitor.id ?? welcome.visitor.id;
    this.#host.keep('token', welcome.visitor_token);
    if (welcome.identity_refused)
      this.#host.tell({ type: 'event', name: 'identity_refused', data: welcome.identity_refused });
    batch(() => {
      this.welcome.value = welcome;
      this.style.value = welcome.style;
      this.entrance.hear({ name: 'welcome', ...welcome });
      this.writing.isShown.value = welcome.shows_typing;
      // What somebody else said here is not for who has signed in now.
      if (before !== welcome.visitor.id) this.#follow(null);
      if (welcome.conversation && String(welcome.conversation.id) !== this.#host.kept(PUT_AWAY))
        this.#follow(welcome.conversation);
      else if (this.state.peek()?.state !== 'closed') this.#follow(null);
      this.queue.value = welcome.queue;
    });
    void this.writing.makeReady().catch(() => {});
    this.#outbox.flush();
    void this.#openIfNeeded();
  }

  /** While polling nobody pushes the welcome, so it is asked for. */
  async #catchUp(): Promise<void> {
    if (this.link.peek() === 'live') {
      this.#outbox.flush();
      return;
    }
    const isFirst = this.welcome.peek() === null;
    try {
      this.#beWelcomed(await this.#line.ask('state', {}));
      if (isFirst) this.view(this.page.peek());
    } catch {
      // The next round tries again.
    }
  }

  #follow(conversation: Conversation | null): void {
    const followed = this.conversation.peek();
    // First of all: what is written from now on must not overtake what waited for a conversation.
    if (conversation && conversation.state !== 'closed') this.#outbox.adopt(null, conversation.id);
    if (conversation && followed?.id === conversation.id) {
      followed.apply({ name: 'conversation_opened', conversation });
      return;
    }
    followed?.stop();
    this.leftBy.value = this.queue.value = null;
    const next = conversation && new FollowedConversation(this.#line, 'visitor', conversation);
    this.conversation.value = next;
    if (next) void next.sync();
  }

  #post(text: string, file?: Unsent['file']): void {
    const state = this.state.peek();
    const conversation_id = state && state.state !== 'closed' ? state.id : null;
    this.#outbox.post(conversation_id, file ? { text, file } : { text });
    void this.#openIfNeeded();
  }

  /** What was written before there was a conversation opens one. */
  async #openIfNeeded(): Promise<void> {
    const waiting = this.#outbox.unsent.some(
      (unsent) => unsent.conversation_id === null && unsent.refusal === null,
    );
    if (!waiting || this.#opening) return;
    this.#opening = true;
    try {
      const { conversation } = await this.#line.ask('open_conversation', this.entrance.wish);
      this.#follow(conversation);
    } catch (problem) {
      if (problem instanceof Refused) this.#notOpened(problem);
    } finally {
      this.#opening = false;
    }
  }

  /** Nobody is there: what was written becomes the beginning of a message to leave.  Or he must register: it waits. */
  #notOpened(refused: Refused): void {
    if (refused.code === 'registration_needed') {
      this.entrance.mustRegister.value = true;
      return;
    }
    // Whom he chose is not in the list any more.
    if (refused.code === 'not_found' && this.entrance.chosen.peek()) {
      this.entrance.chooseAgain();
      setTimeout(() => void this.#openIfNeeded());
      return;
    }
    if (refused.code !== 'nobody_is_here') return this.#outbox.refuse(null, refused);
    const written = this.#outbox.unsent.filter((unsent) => unsent.conversation_id === null);
    this.writing.write(written.map((unsent) => unsent.text).join('\n'));
    for (const unsent of written) this.#outbox.remove(unsent.client_id);
    this.entrance.isOpen.value = false;
  }

  async #deliver(unsent: Unsent): Promise<Posted> {
    await this.writing.makeReady();
    const { client_id, text, file } = unsent;
    const conversation_id = unsent.conversation_id ?? 0;
    // What was written before the company's settings were known is guarded now.
    const content = file ? { file_id: file.id } : { text: this.writing.guarded(text) };
    return this.#line.ask('post_message', { conversation_id, client_id, ...content });
  }

  #confirm(unsent: Unsent, posted: Posted): void {
    const followed = this.conversation.peek();
    const visitor = this.welcome.peek()?.visitor;
    if (!followed || followed.id !== unsent.conversation_id || !visitor) return;
    const author = { kind: 'visitor' as const, id: visitor.id, name: visitor.name };
    const sent = { ...unsent, text: this.writing.guarded(unsent.text) };
    followed.confirm(messageFrom(sent, posted, followed.id, author));
  }
}

/** The frame's token has run out before its visitor was known; a new frame has a new one. */
function reloadOnce(): void {
  if (performance.now() > 60_000) location.reload();
}
