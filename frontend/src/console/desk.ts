import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type {
  Card,
  Colleague,
  ConsoleRequest,
  ConsoleState,
  Conversation,
  OfflineMessage,
  Presence,
  PresentVisitor,
  Pulse,
  Seats,
  ServerEvent,
} from '../shared/events';
import { t } from '../shared/i18n';
import { Refused } from '../shared/refusal';
import { type LinkState, Transport } from '../shared/transport';
import { Alerts } from './alerts';
import type { ConsoleConfig } from './config';
import { Conversations } from './conversations';
import type { DeskLine } from './deskLine';
import { Ending, UNDO_WITHIN } from './ending';
import { Handshake } from './handshake';
import { OpenFile } from './openFile';
import { Panel } from './panel';
import { Preferences } from './preferences';
import { type Place, Route } from './route';
import { RowSet } from './rowSet';
import type { Row } from './rows';
import { visitorName } from './visitorName';

const REFRESH_AT_MOST_EVERY = 2_000;
const RENEW_EVERY = 10_000;

/** Why there is no console to show, and what leads back. */
export type Closure =
  | 'signed_out'
  | 'seat_released'
  | 'offline'
  | 'no_seat'
  | 'not_allowed'
  | 'refused';

/** A word in passing, with a way to take back what it tells of. */
export type Toast = { text: string; undo?: () => void };

/** Everything an agent has in front of him: what he sees as signals, what he does as verbs. */
export class Desk {
  readonly link: Signal<LinkState> = signal('connecting');
  readonly closure: Signal<{ why: Closure; message: string } | null> = signal(null);
  readonly toast: Signal<Toast | null> = signal(null);
  readonly ready = signal(false);
  readonly presence: Signal<Presence>;
  readonly permissions: Signal<readonly string[]>;
  readonly seats: Signal<Seats> = signal({ taken: null, total: 0 });
  readonly unhandled = signal(0);
  readonly colleagues = new RowSet<Colleague>();
  readonly visitors = new RowSet<PresentVisitor>();
  readonly offlineMessages = new RowSet<OfflineMessage>();
  readonly conversations: Conversations;
  readonly preferences: Preferences;
  readonly route = new Route();
  readonly file: OpenFile;
  readonly panel: Panel;
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
    this.panel = new Panel(this.preferences.panelOpen);
    this.#ending = new Ending((id, leaving) => void this.#close(id, leaving));
    this.conversations = new Conversations({
      line: this.#line,
      me: config.me,
      seesAll: () => this.may('conversations.see_all'),
      ending: this.#ending,
      storage: localStorage,
      prefix,
      uploadHeaders: () => this.#handshake.headers(),
      onUnknown: () => this.#refreshSoon(),
    });
    this.attention = computed(
      () => this.conversations.unread.value + this.conversations.waitingCount.value,
    );
    this.file = new OpenFile((visitor_id) => this.#line.ask('visitor_card', { visitor_id }));
    this.#alerts = new Alerts(this.preferences, this.attention);
    this.#line.onEvent((event) => this.#hear(event));
    this.#line.onState((state) => this.#linkBecame(state));
    this.#line.onCatchUp(() => this.#catchUp());
    effect(() => void this.#show(this.route.place.value));
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

  start(): void {
    this.#line.start();
  }

  may(permission: string): boolean {
    return this.permissions.value.includes(permission);
  }

  async accept(id: number): Promise<void> {
    await this.#try(async () => {
      await this.conversations.accept(id);
      this.route.go('chats', id);
    });
  }

  /** The red cross: gone at once, with a moment to take it back. */
  end(row: Row): void {
    this.conversations.end(row.id);
    if (this.route.place.peek().id === row.id) this.route.go('chats');
    this.say({
      text: t('The conversation with {name} has ended.', { name: visitorName(row.visitor) }),
      undo: () => {
        this.conversations.undoEnd(row);
        this.route.go('chats', row.id);
      },
    });
  }

  dismiss(id: number): void {
    this.conversations.dismiss(id);
    if (this.route.place.peek().id === id) this.route.go('chats');
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
      this.#handled(offline_message);
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

  say(toast: Toast): void {
    clearTimeout(this.#toastEnds);
    this.toast.value = toast;
    this.#toastEnds = setTimeout(() => {
      this.toast.value = null;
    }, UNDO_WITHIN);
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
      this.#alerts.hear(event, this.conversations);
      this.conversations.hear(event);
      this.file.hear(event);
      this.#hearOwn(event);
    });
  }

  /** Follows the address: what it names comes onto the screen. */
  async #show({ tab, id }: Place): Promise<void> {
    if (!this.ready.value) return;
    this.panel.giveWay();
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
      case 'visitor_arrived':
        if (this.may('visitors.see')) this.visitors.put(event.visitor);
        return;
      case 'visitor_moved':
        return this.visitors.change(event.visitor_id, (visitor) => ({
          ...visitor,
          page: event.page,
        }));
      case 'visitor_left':
        return this.visitors.remove(event.visitor_id);
      case 'card_saved':
        return this.visitors.change(event.visitor.id, (visitor) => ({
          ...visitor,
          ...event.visitor,
        }));
      case 'offline_message_left':
        this.offlineMessages.put(event.offline_message);
        this.unhandled.value += 1;
        return;
      case 'offline_message_handled':
        return this.#handled(event.offline_message);
      case 'presence_changed':
        return this.#presenceOf(event.member_id, event.presence);
      case 'seats_changed':
        this.seats.value = event.seats;
        return;
      case 'seat_released':
        this.#presenceOf(event.member_id, 'offline');
        // Going offline oneself releases the seat too, and this is heard before the answer.
        if (event.member_id === this.#config.me.id)
          this.#closeDesk(this.#leaving ? 'offline' : 'seat_released');
        return;
      case 'rights_changed':
        return this.#refreshSoon();
      case 'pulse':
        return this.#feel(event);
      default:
        return;
    }
  }

  #handled(message: OfflineMessage): void {
    const known = this.offlineMessages.row(message.id)?.peek();
    if (known && known.handled_at === null)
      this.unhandled.value = Math.max(0, this.unhandled.peek() - 1);
    this.offlineMessages.put(message);
  }

  #presenceOf(member_id: number, presence: Presence): void {
    this.colleagues.change(member_id, (colleague) => ({ ...colleague, presence }));
    if (member_id === this.#config.me.id && presence !== 'offline') this.presence.value = presence;
  }

  #feel({ heads, presences, seats, unhandled }: Pulse): void {
    const strangers = Object.keys(presences).some((id) => !this.colleagues.has(Number(id)));
    this.colleagues.changeAll((colleague) => {
      const presence = presences[colleague.id] ?? 'offline';
      return presence === colleague.presence ? colleague : { ...colleague, presence };
    });
    this.seats.value = seats;
    if (strangers || unhandled !== this.unhandled.peek() || this.conversations.isOutOfStep(heads))
      this.#refreshSoon();
  }

  #catchUp(): void {
    if (this.#line.state === 'polling') this.#renewNow();
    void this.#refresh();
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
    batch(() => {
      this.presence.value =
        state.me.presence === 'offline' ? this.presence.peek() : state.me.presence;
      this.permissions.value = state.me.permissions;
      this.seats.value = state.seats;
      this.unhandled.value = state.unhandled;
      this.colleagues.replace(state.members);
      this.visitors.replace(state.visitors);
      this.offlineMessages.replace(state.offline_messages);
      this.conversations.replace(state.conversations, new Set(state.visitors_here));
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
    const why = CLOSURES[refusal.code];
    if (why) this.#closeDesk(why, refusal.message);
    else if (this.#line.state === 'refused') this.#closeDesk('refused', refusal.message);
  }

  #closeDesk(why: Closure, message = ''): void {
    if (this.closure.peek() !== null) return;
    this.closure.value = { why, message };
    this.#line.stop();
  }

  async #close(conversation_id: number, leaving: boolean): Promise<void> {
    if (leaving) return this.#closeWhileLeaving(conversation_id);
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

const CLOSURES: Record<string, Closure> = {
  not_signed_in: 'signed_out',
  session_ended: 'signed_out',
  company_suspended: 'signed_out',
  no_seat_left: 'no_seat',
  seat_released: 'seat_released',
  not_allowed: 'not_allowed',
};
