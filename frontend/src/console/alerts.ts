import { effect, type ReadonlySignal } from '@preact/signals';
import type { Conversation, OfflineMessage, PresentVisitor, ServerEvent } from '../shared/events';
import { t, tn } from '../shared/i18n';
import { isAttentive } from './attention';
import type { Conversations } from './conversations';
import type { Inbox } from './inbox';
import { type Occasion, occasionName } from './occasions';
import type { Preferences } from './preferences';
import type { Place } from './route';
import type { Talks } from './talks';
import type { Tone } from './tones';
import { visitorName } from './visitorName';
import type { Visitors } from './visitors';

const FLASH_EVERY = 1_200;
const SOUNDS_APART = 1_000;

export type AlertsOptions = {
  preferences: Preferences;
  attention: ReadonlySignal<number>;
  /** Of several tabs only one speaks. */
  speaks: () => boolean;
  /** Who is busy is not called for what others may do as well. */
  isBusy: () => boolean;
  play: (tone: Tone, volume: number) => void;
  onChoose: (place: Place) => void;
};

type Desk = { conversations: Conversations; talks: Talks; visitors: Visitors; inbox: Inbox };
type Matter = { title: string; text: string; place: Place };

/** Calls an agent who looks elsewhere: sound, the tab's title, the desktop. */
export class Alerts {
  readonly #options: AlertsOptions;
  #flash: ReturnType<typeof setInterval> | undefined;
  #title = document.title;
  #soundedAt = 0;

  constructor(options: AlertsOptions) {
    this.#options = options;
    effect(() => {
      const waiting = options.attention.value;
      this.#title =
        waiting > 0 ? `(${waiting}) ${t('Console')} · Laike` : `${t('Console')} · Laike`;
      if (!this.#flash) document.title = this.#title;
    });
    effect(() => {
      if (isAttentive.value) this.#calm();
    });
  }

  /** Heard before the desk changes, which is how it knows what is new. */
  hear(event: ServerEvent, desk: Desk): void {
    switch (event.name) {
      case 'message_posted':
        return this.#visitorWrites(event, desk.conversations);
      case 'conversation_opened':
      case 'conversation_returned':
        return this.#visitorWaits(event.conversation, desk.conversations);
      case 'talk_message_posted':
        if (event.author.id === desk.talks.me || desk.talks.isWatched(event.talk_id)) return;
        return this.#call('colleague', {
          title: event.author.name,
          text: event.text || (event.file?.name ?? ''),
          place: { tab: 'colleagues', id: event.talk_id },
        });
      case 'offline_message_left':
        return this.#call('offline_message', {
          title: t('New offline message'),
          text: event.offline_message.text,
          place: { tab: 'messages', id: event.offline_message.id },
        });
      case 'offline_message_changed':
        return this.#visitorAnswers(event.offline_message, desk);
      case 'visitors_changed':
      case 'visitor_arrived':
        return this.#visitorsArrive(desk.visitors.arrivedIn(event));
      default:
        return;
    }
  }

  /** A mail came back in a thread that is this agent's, or nobody's. */
  #visitorAnswers(message: OfflineMessage, desk: Desk): void {
    const known = desk.inbox.rows.row(message.id)?.peek();
    const last = message.replies.at(-1);
    const isNew = known !== undefined && last !== undefined && known.replies.at(-1)?.id !== last.id;
    const isMine = message.assigned_to === null || message.assigned_to.id === desk.talks.me;
    if (!isNew || !isMine || last.state !== 'received') return;
    this.#call('offline_message', {
      title: t('{name} has answered by e-mail', {
        name: message.name || visitorName(message.visitor),
      }),
      text: last.text,
      place: { tab: 'messages', id: message.id },
    });
  }

  /** A conversation has come to this agent by itself. */
  assigned(conversation: Conversation): void {
    this.#call('assigned', {
      title: occasionName('assigned'),
      text: visitorName(conversation.visitor),
      place: { tab: 'chats', id: conversation.id },
    });
  }

  #visitorWrites(
    event: Extract<ServerEvent, { name: 'message_posted' }>,
    conversations: Conversations,
  ): void {
    const row = conversations.rows.row(event.conversation_id)?.peek();
    if (event.author.kind !== 'visitor' || !row || event.seq <= row.last_seq) return;
    if (conversations.isWatched(row.id)) return;
    const text = event.text || (event.file?.name ?? '');
    const matter = {
      title: visitorName(row.visitor),
      text,
      place: { tab: 'chats', id: row.id } as const,
    };
    if (conversations.isMine(row)) this.#call('message', matter);
    else if (row.state === 'waiting') this.#call('visitor_waits', matter);
  }

  #visitorWaits(conversation: Conversation, conversations: Conversations): void {
    const known = conversations.rows.row(conversation.id)?.peek();
    // A conversation that is told again, or that this agent himself has given back, is no news.
    if (conversation.state !== 'waiting' || known) return;
    this.#call('visitor_waits', {
      title: occasionName('visitor_waits'),
      text: conversation.last_message?.text ?? '',
      place: { tab: 'chats', id: conversation.id },
    });
  }

  #visitorsArrive(visitors: PresentVisitor[]): void {
    const [first] = visitors;
    if (!first) return;
    const n = visitors.length;
    this.#call('visitor_arrives', {
      title: n === 1 ? visitorName(first) : tn('{n} new visitor', '{n} new visitors', n),
      text: first.page?.title ?? '',
      place: { tab: 'visitors', id: n === 1 ? first.id : null },
    });
  }

  #call(occasion: Occasion, matter: Matter): void {
    const { preferences, speaks, isBusy } = this.#options;
    if (isBusy() && OTHERS_MAY.has(occasion)) return;
    const call = preferences.calls.peek()[occasion];
    if (speaks() && call.sound && preferences.sound.peek()) this.#sound(call.tone);
    if (isAttentive.peek()) return;
    if (ASKS.has(occasion)) this.#startFlashing();
    if (speaks() && call.bubble && preferences.notifications.peek()) this.#bubble(matter);
  }

  #sound(tone: Tone): void {
    // Somebody who comes and writes at once is one call, not two.
    if (Date.now() - this.#soundedAt < SOUNDS_APART) return;
    this.#soundedAt = Date.now();
    this.#options.play(tone, this.#options.preferences.volume.peek());
  }

  #bubble({ title, text, place }: Matter): void {
    if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
    const tag = `laike ${place.tab} ${place.id}`;
    const notification = new Notification(title, { body: text.slice(0, 120), tag });
    notification.onclick = () => {
      focus();
      notification.close();
      this.#options.onChoose(place);
    };
  }

  #startFlashing(): void {
    let on = false;
    this.#flash ??= setInterval(() => {
      on = !on;
      document.title = on ? `● ${t('New messages')}` : this.#title;
    }, FLASH_EVERY);
  }

  #calm(): void {
    clearInterval(this.#flash);
    this.#flash = undefined;
    document.title = this.#title;
  }
}

/** What a free colleague will see to. */
const OTHERS_MAY = new Set<Occasion>(['visitor_waits', 'visitor_arrives', 'offline_message']);
/** What asks for a word, so that the tab's title says so. */
const ASKS = new Set<Occasion>(['visitor_waits', 'assigned', 'message', 'colleague']);
