import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Card, Page, ServerEvent, VisitorFile } from '../shared/events';

/** What is known of the visitor on the screen, kept up to date while he is there. */
export class OpenFile {
  readonly #fetch: (visitor_id: number) => Promise<VisitorFile>;
  readonly #file: Signal<VisitorFile | null> = signal(null);
  #visitor_id: number | null = null;

  constructor(fetch: (visitor_id: number) => Promise<VisitorFile>) {
    this.#fetch = fetch;
  }

  get file(): ReadonlySignal<VisitorFile | null> {
    return this.#file;
  }

  open(visitor_id: number | null): void {
    if (this.#file.peek()?.card.id !== visitor_id) this.#file.value = null;
    this.#visitor_id = visitor_id;
    void this.#load();
  }

  /** Asks again for what may have been missed. */
  again(): void {
    void this.#load();
  }

  saved(card: Card): void {
    this.#change((file) => (file.card.id === card.id ? { ...file, card } : file));
  }

  hear(event: ServerEvent): void {
    switch (event.name) {
      case 'visitors_changed':
        for (const { visitor_id, page } of event.moved) this.#moved(visitor_id, page);
        for (const visitor_id of event.gone) this.#left(visitor_id);
        for (const visitor of event.here) this.#changed(visitor.id);
        return;
      case 'visitor_moved':
        return this.#moved(event.visitor_id, event.page);
      case 'visitor_left':
        return this.#left(event.visitor_id);
      case 'visitor_erased':
        if (event.visitor_id === this.#visitor_id) this.open(null);
        return;
      case 'visitor_arrived':
      case 'card_saved':
        return this.#changed(event.visitor.id);
      default:
        return;
    }
  }

  #moved(visitor_id: number, page: Page): void {
    if (visitor_id === this.#visitor_id)
      this.#change((file) => ({ ...file, pages: [...file.pages, page] }));
  }

  #left(visitor_id: number): void {
    if (visitor_id === this.#visitor_id) this.#change((file) => ({ ...file, is_here: false }));
  }

  #changed(visitor_id: number): void {
    if (visitor_id === this.#visitor_id) void this.#load();
  }

  async #load(): Promise<void> {
    const wanted = this.#visitor_id;
    if (wanted === null) return;
    try {
      const file = await this.#fetch(wanted);
      if (this.#visitor_id === wanted) this.#file.value = file;
    } catch {
      // Not ours to see, or no line: the panel stays as it is, and the next look asks again.
    }
  }

  #change(change: (file: VisitorFile) => VisitorFile): void {
    const file = this.#file.peek();
    if (file) this.#file.value = change(file);
  }
}
