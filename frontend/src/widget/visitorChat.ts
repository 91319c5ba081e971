import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import { messageFrom } from '../shared/conversation';
import type { Conversation, Posted, ServerEvent, Welcome, WidgetRequest } from '../shared/events';
import { FollowedConversation } from '../shared/followedConversation';
import { Outbox, type Unsent } from '../shared/outbox';
import { Refused } from '../shared/refusal';
import { type LinkState, Transport } from '../shared/transport';
import { Uploads } from '../shared/uploads';
import type { HostPage } from './bridge';
import type { HostLink } from './hostLink';
import type { FrameSettings } from './settings';

export type OfflineNote = { name: string; email: string; phone: string; text: string };

type Line = Pick<
  Transport<WidgetRequest>,
  'ask' | 'hint' | 'onEvent' | 'onState' | 'onCatchUp' | 'start' | 'stop' | 'refusal'
>;

/** The visitor's side of the chat: what he sees as signals, what he does as verbs. */
export class VisitorChat {
  readonly link: Signal<LinkState> = signal('connecting');
  readonly welcome: Signal<Welcome | null> = signal(null);
  readonly online: Signal<boolean> = signal(true);
  readonly conversation: Signal<FollowedConversation | null> = signal(null);
  readonly unsent: Signal<readonly Unsent[]> = signal([]);
  /** What is being written; it survives a reload, and becomes the message to leave when nobody is there. */
  readonly draft: Signal<string>;
  readonly uploads: Uploads;
  readonly state = computed(() => this.conversation.value?.state.value ?? null);

  readonly #host: HostLink;
  readonly #line: Line;
  readonly #outbox: Outbox;
  #page: HostPage;
  #opening = false;

  constructor(host: HostLink, settings: FrameSettings, line?: Line) {
    this.#host = host;
    this.#page = host.boot.page;
    this.draft = signal(host.kept('draft') ?? '');
    this.#line = line ?? this.#lineTo(settings);
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
      headers: () => this.#headers(settings),
      onUploaded: (file) => this.#post('', file),
    });
    this.#line.onEvent((event) => this.#hear(event));
    this.#line.onState((state) => {
      this.link.value = state;
      if (this.refusal?.code === 'frame_expired') reloadOnce();
    });
    this.#line.onCatchUp(() => void this.#catchUp());
  }

  get refusal(): Refused | null {
    return this.#line.refusal;
  }

  start(): void {
    this.#line.start();
  }

  write(text: string): void {
    this.draft.value = text;
    if (text) this.#host.keep('draft', text);
    else this.#host.drop('draft');
  }

  /** Lets the team see what is being written. */
  showTyping(): void {
    this.conversation.peek()?.type(this.draft.peek());
  }

  /** Sends what was written, and files. */
  send(files: File[]): void {
    const text = this.draft.peek().trim();
    if (text) this.#post(text);
    this.write('');
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
    this.#follow(null);
  }

  async leave(note: OfflineNote, client_id: string): Promise<void> {
    await this.#line.ask('leave_offline_message', { client_id, ...note });
  }

  view(page: HostPage): void {
    this.#page = page;
    // Nobody is told twice: at the next connect the page travels with the handshake.
    this.#line.ask('view_page', { url: page.url, title: page.title }).catch(() => {});
  }

  #lineTo(settings: FrameSettings): Line {
    return new Transport<WidgetRequest>({
      liveUrl: settings.liveUrl,
      path: '/live/widget',
      callUrl: `/w/${settings.site}/call`,
      callHeaders: () => this.#headers(settings),
      auth: () => ({
        site: settings.site,
        frame: settings.frameToken,
        token: this.#host.kept('token') ?? '',
        page: this.#page,
        language: this.#host.boot.language,
        zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    });
  }

  #headers(settings: FrameSettings): Record<string, string> {
    return {
      'X-Frame': settings.frameToken,
      'X-Visitor': this.#host.kept('token') ?? '',
      'X-Language': this.#host.boot.language,
    };
  }

  #hear(event: ServerEvent): void {
    if (event.name === 'welcome') this.#beWelcomed(event);
    if (event.name === 'availability_changed') this.online.value = event.online;
    if (event.name === 'conversation_opened') this.#follow(event.conversation);
  }

  #beWelcomed(welcome: Welcome): void {
    this.#host.keep('token', welcome.visitor_token);
    batch(() => {
      this.welcome.value = welcome;
      this.online.value = welcome.online;
      if (welcome.conversation) this.#follow(welcome.conversation);
      else if (this.state.peek()?.state !== 'closed') this.#follow(null);
    });
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
      if (isFirst) this.view(this.#page);
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
      const { conversation } = await this.#line.ask('open_conversation', {});
      this.#follow(conversation);
    } catch (problem) {
      if (problem instanceof Refused) this.#notOpened(problem);
    } finally {
      this.#opening = false;
    }
  }

  /** Nobody is there: what was written becomes the beginning of a message to leave. */
  #notOpened(refused: Refused): void {
    if (refused.code !== 'nobody_is_here') return this.#outbox.refuse(null, refused);
    const written = this.#outbox.unsent.filter((unsent) => unsent.conversation_id === null);
    this.write(written.map((unsent) => unsent.text).join('\n'));
    for (const unsent of written) this.#outbox.remove(unsent.client_id);
    this.online.value = false;
  }

  #deliver(unsent: Unsent): Promise<Posted> {
    const { client_id, text, file } = unsent;
    const conversation_id = unsent.conversation_id ?? 0;
    const content = file ? { file_id: file.id } : { text };
    return this.#line.ask('post_message', { conversation_id, client_id, ...content });
  }

  #confirm(unsent: Unsent, posted: Posted): void {
    const followed = this.conversation.peek();
    const visitor = this.welcome.peek()?.visitor;
    if (!followed || followed.id !== unsent.conversation_id || !visitor) return;
    const author = { kind: 'visitor' as const, id: visitor.id, name: visitor.name };
    followed.confirm(messageFrom(unsent, posted, followed.id, author));
  }
}

/** The frame's token has run out before its visitor was known; a new frame has a new one. */
function reloadOnce(): void {
  if (performance.now() > 60_000) location.reload();
}

/** What the window shows in the middle. */
export type Scene = 'connecting' | 'trouble' | 'offline' | 'conversation';

export function sceneOf(chat: VisitorChat): ReadonlySignal<Scene> {
  return computed(() => {
    if (chat.link.value === 'refused') return 'trouble';
    if (!chat.welcome.value && chat.unsent.value.length === 0) return 'connecting';
    const nothingGoesOn = !chat.conversation.value && chat.unsent.value.length === 0;
    return nothingGoesOn && !chat.online.value ? 'offline' : 'conversation';
  });
}
