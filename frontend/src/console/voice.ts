/**
 * Which of an agent's open tabs speaks: the one he looked at last, and when it is closed the one that waited longest.
 * The browser's locks do the counting, also for tabs that crash.
 */
export class Voice {
  readonly #name: string;
  #mine = false;
  #waiting = new AbortController();

  constructor(name: string) {
    this.#name = name;
    if (!this.#locks) return;
    if (document.hasFocus()) this.#steal();
    else this.#wait();
    addEventListener('focus', () => this.#mine || this.#steal());
  }

  /** Without locks, outside secure pages, every tab speaks. */
  get isMine(): boolean {
    return this.#mine || !this.#locks;
  }

  get #locks(): LockManager | undefined {
    return navigator.locks as LockManager | undefined;
  }

  #steal(): void {
    this.#waiting.abort();
    this.#locks?.request(this.#name, { steal: true }, () => this.#hold()).catch(() => this.#lose());
  }

  #wait(): void {
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    this.#locks
      ?.request(this.#name, { signal }, () => this.#hold())
      .catch(() => signal.aborted || this.#lose());
  }

  #hold(): Promise<never> {
    this.#mine = true;
    return new Promise(() => {});
  }

  /** Another tab has been looked at; this one waits for its turn. */
  #lose(): void {
    this.#mine = false;
    this.#wait();
  }
}
