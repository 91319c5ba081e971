import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ServerEvent, Why } from '../shared/events';

/** Why the conversation on the screen went to whom it went, asked for when somebody wants to know. */
export class Whys {
  readonly #fetch: (conversation_id: number) => Promise<{ assignments: Why[] }>;
  readonly #all: Signal<Why[] | null> = signal(null);
  #conversation_id: number | null = null;

  constructor(fetch: (conversation_id: number) => Promise<{ assignments: Why[] }>) {
    this.#fetch = fetch;
  }

  /** The newest first; null while nobody knows yet. */
  get all(): ReadonlySignal<Why[] | null> {
    return this.#all;
  }

  open(conversation_id: number): void {
    if (this.#conversation_id !== conversation_id) this.#all.value = null;
    this.#conversation_id = conversation_id;
    void this.#load();
  }

  hear(event: ServerEvent): void {
    const id =
      event.name === 'conversation_accepted'
        ? event.conversation_id
        : event.name === 'conversation_returned'
          ? event.conversation.id
          : null;
    if (id !== null && id === this.#conversation_id) void this.#load();
  }

  async #load(): Promise<void> {
    const wanted = this.#conversation_id;
    if (wanted === null) return;
    try {
      const { assignments } = await this.#fetch(wanted);
      if (this.#conversation_id === wanted) this.#all.value = assignments;
    } catch {
      // Not ours to see, or no line: the next look asks again.
    }
  }
}
