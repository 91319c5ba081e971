import { type Signal, signal } from '@preact/signals';
import type { Notice, ServerEvent } from '../shared/events';
import type { DeskLine } from './deskLine';

/** All consoles hear of an announcement at once; they ask within so long, each at a moment of its own. */
const ASK_WITHIN = 2_000;
/** Should nobody say that something has changed. */
const ASK_EVERY = 120_000;
const ASK_AT_MOST_EVERY = 10_000;

/** What is told above the agent's work, as it is now. */
export class Notices {
  readonly all: Signal<readonly Notice[]> = signal([]);
  readonly #line: DeskLine;
  #next: ReturnType<typeof setTimeout> | undefined;
  #askedAt = 0;
  #stopped = false;
  /** Put away here; an answer that was under way may still have them. */
  readonly #away = new Set<string>();

  constructor(line: DeskLine) {
    this.#line = line;
  }

  hear(event: ServerEvent): void {
    if (event.name === 'notices_changed') this.#askIn(Math.random() * ASK_WITHIN);
  }

  /** Something may have been missed. */
  catchUp(): void {
    this.#askIn(Math.max(0, this.#askedAt + ASK_AT_MOST_EVERY - Date.now()));
  }

  /** Gone at once, and for good. */
  async dismiss(notice: Notice): Promise<void> {
    this.#away.add(notice.id);
    this.#show(this.all.peek());
    try {
      await this.#line.ask('dismiss_notice', { id: notice.id });
    } catch {
      this.#away.delete(notice.id);
      this.#askIn(ASK_WITHIN);
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#next);
  }

  async #refresh(): Promise<void> {
    this.#askedAt = Date.now();
    try {
      const { notices } = await this.#line.ask('notices', {});
      this.#show(notices);
    } catch {
      // No line, or no right any more: the desk says so itself.
    }
    this.#askIn(Math.min(ASK_EVERY, this.#untilOneEnds()));
  }

  #show(notices: readonly Notice[]): void {
    this.all.value = notices.filter(({ id }) => !this.#away.has(id));
  }

  #askIn(milliseconds: number): void {
    clearTimeout(this.#next);
    if (!this.#stopped) this.#next = setTimeout(() => void this.#refresh(), milliseconds);
  }

  #untilOneEnds(): number {
    const ends = this.all.peek().map(({ until }) => (until ? Date.parse(until) : Infinity));
    return Math.max(1_000, Math.min(...ends) - Date.now());
  }
}
