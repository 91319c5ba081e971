import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { OfflineMessage, ServerEvent } from '../shared/events';
import { RowSet } from './rowSet';

export type InboxFilter = 'mine' | 'open' | 'handled' | 'all';

/** What visitors left while nobody could answer (L-02), and how much of it waits to be handled (L-06). */
export class Inbox {
  readonly rows = new RowSet<OfflineMessage>();
  readonly unhandled = signal(0);
  readonly filter: Signal<InboxFilter> = signal('open');
  /** What the filter lets through, the newest first. */
  readonly shown: ReadonlySignal<OfflineMessage[]>;

  readonly #me: number;

  constructor(me: number) {
    this.#me = me;
    this.shown = computed(() => {
      const filter = this.filter.value;
      const shown = this.rows.rows().filter((message) => this.#passes(message, filter));
      return shown.sort((one, other) => other.id - one.id);
    });
  }

  /** The server's word; a message that is on the screen stays, however old it is. */
  replace(messages: OfflineMessage[], unhandled: number, onScreen: number | null): void {
    const known = new Set(messages.map((message) => message.id));
    const kept = this.rows.peek().filter(({ id }) => id === onScreen && !known.has(id));
    this.rows.replace([...messages, ...kept]);
    this.unhandled.value = unhandled;
  }

  hear(event: ServerEvent): void {
    if (event.name === 'visitor_erased') this.#forget(event.visitor_id);
    if (event.name === 'offline_message_handled' || event.name === 'offline_message_changed')
      this.#told(event.offline_message);
    if (event.name !== 'offline_message_left') return;
    this.rows.put(event.offline_message);
    this.unhandled.value += 1;
  }

  /** The server's word on one message, as this agent asked for it. */
  put(message: OfflineMessage): void {
    const known = this.rows.row(message.id)?.peek();
    if (known) this.#count(Number(isOpen(message)) - Number(isOpen(known)));
    this.rows.put(message);
  }

  /** What all agents are told is in the company's language. */
  #told(message: OfflineMessage): void {
    const location = this.rows.row(message.id)?.peek().location;
    this.put(location === undefined ? message : { ...message, location });
  }

  #count(more: number): void {
    this.unhandled.value = Math.max(0, this.unhandled.peek() + more);
  }

  /** How many of his were unhandled, the next pulse says. */
  #forget(visitor_id: number): void {
    const his = this.rows.peek().filter((message) => message.visitor.id === visitor_id);
    this.rows.remove(...his.map((message) => message.id));
  }

  #passes(message: OfflineMessage, filter: InboxFilter): boolean {
    if (filter === 'mine') return isOpen(message) && message.assigned_to?.id === this.#me;
    return filter === 'all' || isOpen(message) === (filter === 'open');
  }
}

function isOpen(message: OfflineMessage): boolean {
  return message.handled_at === null;
}
