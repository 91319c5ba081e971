import {
  batch,
  computed,
  effect,
  type ReadonlySignal,
  type Signal,
  signal,
  untracked,
} from '@preact/signals';
import type {
  Card,
  Colleague,
  ConsoleRequest,
  ConsoleState,
  Conversation,
  Found,
  OfflineMessage,
  Presence,
  PresentVisitor,
  Pulse,
  Seats,
  ServerEvent,
} from '../shared/events';
import { FollowedConversation } from '../shared/followedConversation';
import { t, tn } from '../shared/i18n';
import { Refused } from '../shared/refusal';
import { type LinkState, Transport } from '../shared/transport';
import { Alerts } from './alerts';
import { type Closure, closureFor } from './closures';
import type { ConsoleConfig } from './config';
import { Conversations } from './conversations';
import type { DeskLine } from './deskLine';
import { answerTo, Drafts } from './drafts';
import { Ending, UNDO_WITHIN } from './ending';
import { Handshake } from './handshake';
import { Inbox } from './inbox';
import { Invitations } from './invitations';
import { Notices } from './notices';
import { OpenFile } from './openFile';
import { Panel } from './panel';
import { Preferences } from './preferences';
import { type Place, Route } from './route';
import { RowSet } from './rowSet';
import type { Row } from './rows';
import { Search } from './search';
import type { SearchItem } from './searchItems';
import { Talks } from './talks';
import { play } from './tones';
import { visitorName } from './visitorName';
import { Visitors } from './visitors';
import { Voice } from './voice';
import { Whys } from './whys';

const REFRESH_AT_MOST_EVERY = 2_000;
const RENEW_EVERY = 10_000;

/** A word in passing, with something that may be done about it. */
export type Toast = { text: string; action?: { label: string; run: () => void } };

/** What must be answered before something is done that cannot be taken back. */
export type Question = { text: string; yes: string; onYes: () => void };

/** A conversation that went back to the queue, with what its agent had not sent. */
export type Returned = { conversation_id: number; name: string; text: string };

/** What covers the page while the agent looks at it. */
export type Sheet = 'shortcuts' | 'calls' | 'group' | null;

/** Everything an agent has in front of him: what he sees as signals, what he does as verbs. */
export class Desk {
  readonly link: Signal<LinkState> = signal('connecting');
  readonly closure: Signal<{ why: Closure; message: string } | null> = signal(null);
  readonly toast: Signal<Toast | null> = signal(null);
  readonly question: Signal<Question | null> = signal(null);
  readonly sheet: Signal<Sheet> = signal(null);
  readonly returned: Signal<readonly Returned[]> = signal([]);
  readonly ready = signal(false);
  readonly presence: Signal<Presence>;
  readonly permissions: Signal<readonly string[]>;
  /** Why the company's people only read here, as a refusal's code. */
  readonly standstill: Signal<string | null> = signal(null);
  readonly seats: Signal<Seats> = signal({ taken: null, total: 0 });
  readonly role = signal('');
  readonly companyKey = signal('');
  readonly colleagues = new RowSet<Colleague>();
  readonly inbox: Inbox;
  readonly visitors: Visitors;
  readonly invitations: Invitations;
  readonly conversations: Conversations;
  readonly talks: Talks;
  readonly search: Search;
  readonly preferences: Preferences;
  readonly drafts: Drafts;
  readonly route = new Route();
  readonly file: OpenFile;
  readonly panel: Panel;
  readonly whys: Whys;
  readonly notices: Notices;
  /** An earlier conversation that is read beside the one on the screen. */
  readonly reading: Signal<FollowedConversation | null> = signal(null);
  readonly online = signal(navigator.onLine);
  readonly attention: ReadonlySignal<number>;

  readonly #config: ConsoleConfig;
  readonly #handshake: Handshake;
  readonly #line: DeskLine;
  readonly #alerts: Alerts;
  readonly #ending: Ending;
  #refreshing: Promise<void> | undefined;
  #refreshedAt = 0;
  #later: ReturnType<typeof setTimeout> | undefined;
  #toastEnds: ReturnType<typeof setTimeout> | undefined;
  #renewedAt = 0;
  #leaving = false;

  constructor(config: ConsoleConfig, line?: DeskLine) {
    this.#config = config;
    this.#handshake = new Handshake(config.handshake, config.csrf, config.language);
    this.#line = line ?? this.#lineOut();
    this.presence = signal(config.me.presence);
    this.permissions = signal(config.permissions);
    const prefix = `laike:${config.company.id}:${config.me.id}:`;
    this.preferences = new Preferences(localStorage, prefix);
    this.drafts = new Drafts(sessionStorage, prefix);
    this.panel = new Panel(this.preferences.panelOpen);
    this.inbox = new Inbox(config.me.id);
    this.#ending = new Ending((id, leaving) => void this.#close(id, leaving));
    const writing = {
      line: this.#line,
      me: config.me,
      storage: localStorage,
      prefix,
      uploadHeaders: () => this.#handshake.headers(),
      onUnknown: () => this.#refreshSoon(),
    };
    this.visitors = new Visitors({
      maySee: () => this.may('visitors.see'),
      onHole: () => this.#refreshSoon(),
    });
    this.invitations = new Invitations({
      line: this.#line,
      me: config.me,
      attempt: (action) => this.#try(action),
      say: (toast) => this.say(toast),
      nameOf: (visitor_id) => this.#nameOf(visitor_id),
      onBegun: ({ id }) => this.route.go('chats', id),
    });
    this.talks = new Talks(writing);
    this.conversations = new Conversations({
      ...writing,
      seesAll: () => this.may('conversations.see_all'),
      ending: this.#ending,
      onAssigned: (conversation) => this.#assigned(conversation),
      onReturned: (row) => this.#returned(row),
    });
    this.attention = computed(
      () =>
        this.conversations.unread.value +
        this.conversations.waitingCount.value +
        this.talks.unread.value,
    );
    this.search = new Search((text) => this.#line.ask('search', { text }));
    this.file = new OpenFile((visitor_id) => this.#line.ask('visitor_card', { visitor_id }));
    this.whys = new Whys((conversation_id) => this.#line.ask('why', { conversation_id }));
    this.notices = new Notices(this.#line);
    const voice = new Voice(`${prefix}voice`);
    this.#alerts = new Alerts({
      preferences: this.preferences,
      attention: this.attention,
      speaks: () => voice.isMine,
      isBusy: () => this.presence.peek() === 'busy',
      play,
      onChoose: ({ tab, id }) => this.route.go(tab, id),
    });
    this.#line.onEvent((event) => this.#hear(event));
    this.#line.onState((state) => this.#linkBecame(state));
    this.#line.onCatchUp(() => this.#catchUp());
    effect(() => {
      const place = this.route.place.value;
      if (this.ready.value) untracked(() => void this.#show(place));
    });
    for (const change of ['online', 'offline'])
      addEventListener(change, () => {
        this.online.value = navigator.onLine;
      });
  }

  get config(): ConsoleConfig {
    return this.#config;
  }

  get csrf(): string {
    return this.#handshake.csrf;
  }

  /** Oneself, as colleagues see one. */
  get me(): Colleague | undefined {
    return this.colleagues.row(this.#config.me.id)?.value;
  }

  start(): void {
    this.#line.start();
  }

  may(permission: string): boolean {
    return this.permissions.value.includes(permission);
  }

  async accept(id: number): Promise<void> {
    const from = this.route.place.peek();
    await this.#try(async () => {
      await this.conversations.accept(id);
      // Who has gone on to somebody else meanwhile stays there.
      if (this.route.place.peek() === from) this.route.go('chats', id);
    });
  }

  /** The red cross: gone at once, with a moment to take it back; what is not sent yet is asked about first. */
  end(row: Row): void {
    const unsent =
      this.conversations.writing.waitsFor(row.id) || this.drafts.of(answerTo(row.id)) !== '';
    if (!unsent) return this.#end(row);
    this.question.value = {
      text: t('You have written something that {name} does not have yet. End the conversation?', {
        name: visitorName(row.visitor),
      }),
      yes: t('End the conversation'),
      onYes: () => this.#end(row),
    };
  }

  dismiss(id: number): void {
    this.conversations.dismiss(id);
    if (this.route.place.peek().id === id) this.route.go('chats');
  }

  /** Takes all whose visitors have gone off the desk. */
  clearGone(): void {
    const gone = this.conversations.gone();
    const onScreen = this.route.place.peek().id;
    for (const row of gone)
      if (row.state === 'closed') this.conversations.dismiss(row.id);
      else this.conversations.end(row.id);
    if (gone.some(({ id }) => id === onScreen)) this.route.go('chats');
    this.say({
      text: tn('{n} conversation cleared.', '{n} conversations cleared.', gone.length),
      action: {
        label: t('Undo'),
        run: () => {
          for (const row of gone)
            if (row.state === 'closed') this.conversations.undoDismiss(row);
            else this.conversations.undoEnd(row);
        },
      },
    });
  }

  /** Asks the visitor what he thinks of the conversation. */
  async askRating(conversation_id: number): Promise<void> {
    const asked = await this.#try(() => this.#line.ask('ask_rating', { conversation_id }));
    if (asked) this.say({ text: t('The visitor is asked for a rating.') });
  }

  /** He is not asked, so the agent is, once more (CF-31). */
  askToChatDirectly(visitor: PresentVisitor): void {
    this.question.value = {
      text: t(
        'The chat opens on the page of {name} without asking. It says who opened it, and that it can be closed.',
        { name: visitorName(visitor) },
      ),
      yes: t('Open the chat'),
      onYes: () => void this.invitations.chatDirectly(visitor.id),
    };
  }

  async choosePresence(presence: Presence): Promise<void> {
    this.#leaving = presence === 'offline';
    await this.#try(async () => {
      const { seats } = await this.#line.ask('set_presence', { presence });
      this.presence.value = presence;
      this.seats.value = seats;
      if (presence === 'offline') this.#closeDesk('offline');
    });
  }

  async handle(message: OfflineMessage, note: string): Promise<void> {
    await this.#try(async () => {
      const asked = { offline_message_id: message.id, note };
      const { offline_message } = await this.#line.ask('handle_offline_message', asked);
      this.inbox.put(offline_message);
    });
  }

  /** Gives an offline message to somebody, perhaps to oneself. */
  async assign(message: OfflineMessage, member_id: number): Promise<void> {
    await this.#try(async () => {
      const asked = { offline_message_id: message.id, member_id };
      const { offline_message } = await this.#line.ask('assign_offline_message', asked);
      this.inbox.put(offline_message);
    });
  }

  /** Answers an offline message by mail; the same `client_id` again sends nothing twice. */
  async replyTo(message: OfflineMessage, client_id: string, text: string): Promise<boolean> {
    return this.#try(async () => {
      const asked = { offline_message_id: message.id, client_id, text };
      const { offline_message } = await this.#line.ask('reply_to_offline_message', asked);
      this.inbox.put(offline_message);
    });
  }

  async saveCard(card: Card): Promise<boolean> {
    const { name, email, phone, company, note } = card;
    const fields = { visitor_id: card.id, name, email, phone, company, note };
    return this.#try(async () => {
      const answer = await this.#line.ask('save_card', fields);
      this.file.saved(answer.card);
    });
  }

  /** A talk with those colleagues, new or known, comes onto the screen. */
  async talkTo(member_ids: number[], title = ''): Promise<boolean> {
    return this.#try(async () => {
      const talk = await this.talks.open(member_ids, title);
      this.route.go('colleagues', talk.id);
    });
  }

  /** Follows a search to what it found. */
  openFound(to: SearchItem['to'], found: Found | null): void {
    if ('talk_to' in to) return void this.talkTo([to.talk_to]);
    // What is older than the lists here is shown as it was found.
    if (to.tab === 'messages')
      this.inbox.rows.put(...(found?.offline_messages ?? []).filter(({ id }) => id === to.id));
    if (to.tab === 'visitors') this.panel.part.value = 'visitor';
    this.route.go(to.tab, to.id, to.seq);
  }

  /** Opens an earlier conversation in the panel, to be read.  Null closes it. */
  read(conversation: Conversation | null): void {
    this.reading.peek()?.stop();
    this.reading.value = conversation && new FollowedConversation(this.#line, 'team', conversation);
    void this.reading.peek()?.sync();
  }

  say(toast: Toast): void {
    clearTimeout(this.#toastEnds);
    this.toast.value = toast;
    this.#toastEnds = setTimeout(() => {
      this.toast.value = null;
    }, UNDO_WITHIN);
  }

  forgetReturned(conversation_id: number): void {
    this.returned.value = this.returned
      .peek()
      .filter((one) => one.conversation_id !== conversation_id);
  }

  #lineOut(): DeskLine {
    return new Transport<ConsoleRequest>({
      liveUrl: this.#config.live_url,
      path: '/live/console',
      callUrl: '/console/call',
      auth: () => this.#handshake.auth(),
      callHeaders: () => this.#handshake.headers(),
    });
  }

  #hear(event: ServerEvent): void {
    batch(() => {
      this.#alerts.hear(event, this);
      this.conversations.hear(event);
      this.talks.hear(event);
      this.visitors.hear(event);
      this.invitations.hear(event);
      this.inbox.hear(event);
      this.file.hear(event);
      this.whys.hear(event);
      this.notices.hear(event);
      this.#hearOwn(event);
    });
  }

  #end(row: Row): void {
    this.conversations.end(row.id);
    if (this.route.place.peek().id === row.id) this.route.go('chats');
    this.say({
      text: t('The conversation with {name} has ended.', { name: visitorName(row.visitor) }),
      action: {
        label: t('Undo'),
        run: () => {
          this.conversations.undoEnd(row);
          this.route.go('chats', row.id);
        },
      },
    });
  }

  /** Comes onto the screen at once if nothing else keeps the agent busy there. */
  #assigned(conversation: Conversation): void {
    const { id } = conversation;
    this.forgetReturned(id);
    this.#alerts.assigned(conversation);
    if (this.#isFree()) return this.route.go('chats', id);
    this.say({
      text: t('{name} is now with you.', { name: visitorName(conversation.visitor) }),
      action: { label: t('Show'), run: () => this.route.go('chats', id) },
    });
  }

  #nameOf(visitor_id: number): string {
    const visitor = this.visitors.rows.row(visitor_id)?.peek();
    return visitor ? visitorName(visitor) : t('Visitor {number}', { number: visitor_id });
  }

  #isFree(): boolean {
    const { tab, id } = this.route.place.peek();
    if (tab !== 'chats' || this.search.isOpen.peek() || this.sheet.peek()) return false;
    const row = id === null ? undefined : this.conversations.rows.row(id)?.peek();
    return id === null || row?.state === 'closed';
  }

  /** Somebody else will answer; what was written stays where it can be seen. */
  #returned(row: Row): void {
    const name = visitorName(row.visitor);
    const text = this.drafts.of(answerTo(row.id));
    const returned = { conversation_id: row.id, name, text };
    this.forgetReturned(row.id);
    this.returned.value = [...this.returned.peek(), returned];
    this.say({ text: t('The conversation with {name} went back to the queue.', { name }) });
  }

  /** Follows the address: what it names comes onto the screen. */
  async #show({ tab, id }: Place): Promise<void> {
    this.panel.giveWay();
    this.read(null);
    this.talks.look(tab === 'colleagues' ? id : null);
    const row =
      tab === 'chats' && id !== null ? this.conversations.rows.row(id)?.peek() : undefined;
    if (tab === 'visitors') this.file.open(id);
    else if (row) this.#look(row);
    else if (tab === 'chats' && id !== null) await this.#lookUp(id);
    else this.conversations.look(null);
  }

  #look(conversation: Conversation): void {
    this.conversations.look(conversation);
    this.file.open(conversation.visitor.id);
  }

  async #lookUp(conversation_id: number): Promise<void> {
    const found = await this.#try(async () => {
      const { conversation } = await this.#line.ask('find_conversation', { conversation_id });
      if (this.route.place.peek().id === conversation_id) this.#look(conversation);
    });
    if (!found && this.route.place.peek().id === conversation_id) this.route.go('chats');
  }

  #hearOwn(event: ServerEvent): void {
    switch (event.name) {
      case 'presence_changed':
        return this.#presenceOf(event.member_id, event.presence);
      case 'seats_changed':
        this.seats.value = event.seats;
        return;
      case 'standstill_changed':
        this.standstill.value = event.standstill;
        return;
      case 'seat_released':
        this.#presenceOf(event.member_id, 'offline');
        // Going offline oneself releases the seat too, and this is heard before the answer.
        if (event.member_id === this.#config.me.id)
          this.#closeDesk(this.#leaving ? 'offline' : 'seat_released');
        return;
      case 'visitor_erased':
        return this.#erase(event.visitor_id);
      case 'rights_changed':
        return this.#refreshSoon();
      case 'pulse':
        return this.#feel(event);
      default:
        return;
    }
  }

  /** Nothing of him stays on the screen. */
  #erase(visitor_id: number): void {
    const { tab, id } = this.route.place.peek();
    const isHis = (followed: FollowedConversation | null) =>
      followed?.state.peek().visitor.id === visitor_id;
    if (isHis(this.reading.peek())) this.read(null);
    if (tab === 'chats' && isHis(this.conversations.current.peek())) this.route.go('chats');
    if (tab === 'visitors' && id === visitor_id) this.route.go('visitors');
  }

  #presenceOf(member_id: number, presence: Presence): void {
    this.colleagues.change(member_id, (colleague) => ({ ...colleague, presence }));
    if (member_id === this.#config.me.id && presence !== 'offline') this.presence.value = presence;
  }

  #feel({ heads, presences, seats, standstill, unhandled, talking, talks }: Pulse): void {
    const strangers = Object.keys(presences).some((id) => !this.colleagues.has(Number(id)));
    this.colleagues.changeAll((colleague) =>
      changed(colleague, {
        presence: presences[colleague.id] ?? 'offline',
        talking: talking[colleague.id] ?? 0,
      }),
    );
    this.seats.value = seats;
    this.standstill.value = standstill;
    const outOfStep = this.conversations.isOutOfStep(heads) || this.talks.isOutOfStep(talks);
    if (strangers || outOfStep || unhandled !== this.inbox.unhandled.peek()) this.#refreshSoon();
  }

  #catchUp(): void {
    if (this.#line.state === 'polling') this.#renewNow();
    void this.#refresh();
    this.notices.catchUp();
  }

  /** Without a socket nobody else keeps the seat. */
  #renewNow(): void {
    if (Date.now() - this.#renewedAt < RENEW_EVERY) return;
    this.#renewedAt = Date.now();
    this.#line.ask('renew', {}).catch((problem) => {
      if (problem instanceof Refused) this.#refused(problem);
    });
  }

  #refreshSoon(): void {
    const wait = Math.max(0, this.#refreshedAt + REFRESH_AT_MOST_EVERY - Date.now());
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      void this.#refresh();
    }, wait);
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#fetchState().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #fetchState(): Promise<void> {
    this.#refreshedAt = Date.now();
    try {
      this.#become(await this.#line.ask('console_state', {}));
    } catch (problem) {
      if (problem instanceof Refused) this.#refused(problem);
    }
  }

  #become(state: ConsoleState): void {
    const { tab, id } = this.route.place.peek();
    batch(() => {
      this.presence.value =
        state.me.presence === 'offline' ? this.presence.peek() : state.me.presence;
      this.permissions.value = state.me.permissions;
      this.role.value = state.me.role;
      this.companyKey.value = state.company.key;
      this.seats.value = state.seats;
      this.standstill.value = state.standstill;
      this.colleagues.replace(state.members);
      this.visitors.replace(state.visitors, state.visitors_version);
      this.invitations.allowed.value = state.inviting;
      this.inbox.replace(state.offline_messages, state.unhandled, tab === 'messages' ? id : null);
      this.conversations.replace(state.conversations, new Set(state.visitors_here));
      this.talks.replace(state.talks);
      this.ready.value = true;
    });
    this.file.again();
  }

  #linkBecame(state: LinkState): void {
    this.link.value = state;
    if (state === 'refused' && this.#line.refusal) this.#refused(this.#line.refusal);
  }

  /** Some noes end everything: the desk closes and says why. */
  #refused(refusal: Refused): void {
    const why = closureFor(refusal.code);
    if (why) this.#closeDesk(why, refusal.message);
    else if (this.#line.state === 'refused') this.#closeDesk('refused', refusal.message);
  }

  #closeDesk(why: Closure, message = ''): void {
    if (this.closure.peek() !== null) return;
    this.closure.value = { why, message };
    this.notices.stop();
    this.#line.stop();
  }

  async #close(conversation_id: number, leaving: boolean): Promise<void> {
    if (leaving) return this.#closeWhileLeaving(conversation_id);
    this.drafts.keep(answerTo(conversation_id), '');
    await this.#try(() => this.#line.ask('close_conversation', { conversation_id }));
  }

  /** A socket would not deliver it any more; a request marked to outlive the page does. */
  #closeWhileLeaving(conversation_id: number): void {
    void fetch('/console/call', {
      method: 'POST',
      keepalive: true,
      headers: { 'Content-Type': 'application/json', ...this.#handshake.headers() },
      body: JSON.stringify({ event: 'close_conversation', data: { conversation_id } }),
    });
  }

  /** Does what the agent asked for; why it cannot be done is said in passing. */
  async #try(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (problem) {
      if (problem instanceof Refused) this.#complain(problem);
      else this.say({ text: t('There is no connection. Try again in a moment.') });
      return false;
    }
  }

  #complain(refusal: Refused): void {
    this.#refused(refusal);
    this.say({ text: refusal.message });
    this.#refreshSoon();
  }
}

/** The same row when nothing of it has changed, so that nothing is drawn again. */
function changed(colleague: Colleague, now: Pick<Colleague, 'presence' | 'talking'>): Colleague {
  const same = colleague.presence === now.presence && colleague.talking === now.talking;
  return same ? colleague : { ...colleague, ...now };
}
