import { effect, type ReadonlySignal } from '@preact/signals';
import { chime } from '../shared/chime';
import type { ServerEvent } from '../shared/events';
import { t } from '../shared/i18n';
import type { Conversations } from './conversations';
import type { Preferences } from './preferences';

const FLASH_EVERY = 1_200;

/** Calls an agent who looks elsewhere: sound, the tab's title, the desktop. */
export class Alerts {
  readonly #preferences: Preferences;
  readonly #attention: ReadonlySignal<number>;
  #flash: ReturnType<typeof setInterval> | undefined;
  #title = document.title;

  constructor(preferences: Preferences, attention: ReadonlySignal<number>) {
    this.#preferences = preferences;
    this.#attention = attention;
    effect(() => {
      const waiting = attention.value;
      this.#title =
        waiting > 0 ? `(${waiting}) ${t('Console')} · Laike` : `${t('Console')} · Laike`;
      if (!this.#flash) document.title = this.#title;
    });
    addEventListener('focus', () => this.#calm());
    document.addEventListener('visibilitychange', () => this.#calm());
  }

  hear(event: ServerEvent, conversations: Conversations): void {
    switch (event.name) {
      case 'message_posted': {
        const row = conversations.rows.row(event.conversation_id)?.peek();
        if (
          event.author.kind !== 'visitor' ||
          !row ||
          !concerns(row.state, conversations.isMine(row))
        )
          return;
        if (event.seq > row.last_seq && !conversations.isWatched(row.id))
          this.#call(event.author.name, event.text);
        return;
      }
      case 'conversation_opened':
        if (!conversations.rows.has(event.conversation.id))
          this.#call(t('A visitor is waiting'), '');
        return;
      case 'offline_message_left':
        return this.#call(t('New offline message'), event.offline_message.text);
      default:
        return;
    }
  }

  #call(title: string, text: string): void {
    if (this.#preferences.sound.peek()) chime();
    if (document.visibilityState === 'visible' && document.hasFocus()) return;
    this.#startFlashing();
    if (this.#preferences.notifications.peek() && Notification.permission === 'granted') {
      const notification = new Notification(title, { body: text.slice(0, 120), tag: 'laike' });
      notification.onclick = () => {
        focus();
        notification.close();
      };
    }
  }

  #startFlashing(): void {
    let on = false;
    this.#flash ??= setInterval(() => {
      on = !on;
      document.title = on ? `● ${t('New messages')}` : this.#title;
    }, FLASH_EVERY);
  }

  #calm(): void {
    if (
      document.visibilityState !== 'visible' ||
      (this.#attention.peek() > 0 && !document.hasFocus())
    )
      return;
    clearInterval(this.#flash);
    this.#flash = undefined;
    document.title = this.#title;
  }
}

/** Waiting visitors call everybody, the others only their own agent. */
function concerns(state: string, mine: boolean): boolean {
  return mine || state === 'waiting';
}
