import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Found } from '../shared/events';

const AFTER = 200;

/** One box to find anything (Ctrl+K): asks once the fingers rest, and listens to the newest answer only. */
export class Search {
  readonly isOpen = signal(false);
  readonly text = signal('');
  readonly state: Signal<'idle' | 'searching' | 'found' | 'failed'> = signal('idle');
  readonly #found: Signal<Found | null> = signal(null);
  readonly #find: (text: string) => Promise<Found>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #newest = 0;

  constructor(find: (text: string) => Promise<Found>) {
    this.#find = find;
  }

  get found(): ReadonlySignal<Found | null> {
    return this.#found;
  }

  open(): void {
    this.isOpen.value = true;
  }

  close(): void {
    this.isOpen.value = false;
    this.write('');
  }

  write(text: string): void {
    this.text.value = text;
    clearTimeout(this.#timer);
    this.#newest += 1;
    if (text.trim() === '') {
      this.#found.value = null;
      this.state.value = 'idle';
      return;
    }
    this.state.value = 'searching';
    this.#timer = setTimeout(() => void this.#ask(text.trim()), AFTER);
  }

  async #ask(text: string): Promise<void> {
    this.#newest += 1;
    const asked = this.#newest;
    try {
      const found = await this.#find(text);
      if (asked !== this.#newest) return;
      this.#found.value = found;
      this.state.value = 'found';
    } catch {
      if (asked === this.#newest) this.state.value = 'failed';
    }
  }
}
