/** How long an ended conversation may be taken back. */
export const UNDO_WITHIN = 5_000;

/**
 * Conversations their agent has just ended: gone from his screen, told to the server once he can no longer take it back,
 * or at once when he leaves the page.
 */
export class Ending {
  readonly #close: (conversation_id: number, leaving: boolean) => void;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  constructor(close: (conversation_id: number, leaving: boolean) => void) {
    this.#close = close;
    addEventListener('pagehide', () => {
      for (const id of [...this.#timers.keys()]) this.#finish(id, true);
    });
  }

  has(id: number): boolean {
    return this.#timers.has(id);
  }

  begin(id: number): void {
    if (!this.has(id))
      this.#timers.set(
        id,
        setTimeout(() => this.#finish(id, false), UNDO_WITHIN),
      );
  }

  undo(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  #finish(id: number, leaving: boolean): void {
    this.undo(id);
    this.#close(id, leaving);
  }
}
