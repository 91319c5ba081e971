import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { OfflineMessage, ServerEvent } from '../shared/events';
import { RowSet } from './rowSet';

export type InboxFilter = 'open' | 'handled' | 'all';

/** What visitors left while nobody could answer (L-02), and how much of it waits to be handled (L-06). */
export class Inbox {
  readonly rows = new RowSet<OfflineMessage>();
  readonly unhandled = signal(0);
  readonly filter: Signal<InboxFilter> = signal('open');
  /** What the filter lets through, the newest first. */
  readonly shown: ReadonlySignal<OfflineMessage[]>;

  constructor() {
    this.shown = computed(() => {
      const filter = this.filter.value;
      const shown = this.rows.rows().filter((message) => passes(message, filter));
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
    if (event.name === 'offline_message_handled') this.handled(event.offline_message);
    if (event.name === 'visitor_erased') this.#forget(event.visitor_id);
    if (event.name !== 'offline_message_left') return;
    this.rows.put(event.offline_message);
    this.unhandled.value += 1;
  }

  handled(message: OfflineMessage): void {
    const known = this.rows.row(message.id)?.peek();
    if (known && known.handled_at === null)
      this.unhandled.value = Math.max(0, this.unhandled.peek() - 1);
    this.rows.put(message);
  }

  /** How many of his were unhandled, the next pulse says. */
  #forget(visitor_id: number): void {
    const his = this.rows.peek().filter((message) => message.visitor.id === visitor_id);
    this.rows.remove(...his.map((message) => message.id));
  }
}

function passes(message: OfflineMessage, filter: InboxFilter): boolean {
  return filter === 'all' || (message.handled_at !== null) === (filter === 'handled');
}
