import { type Signal, signal } from '@preact/signals-core';
import type { WindowSettings } from '../shared/events';
import type { HostLink } from './hostLink';
import type { VisitorLine } from './visitorLine';

const DRAFT = 'draft';

type Options = {
  host: HostLink;
  ask: VisitorLine['ask'];
  /** What the company set, as soon as it is known. */
  window: () => WindowSettings | undefined;
  /** Shows the team what is being written. */
  show: (text: string) => void;
};

/**
 * What the visitor is writing: it survives a reload, is the same in all of his tabs, hides numbers that are nobody's
 * business, and is shown to the team as far as he allows.
 */
export class Writing {
  readonly draft: Signal<string>;
  /** Whether the team may see it; null while he has not been asked. */
  readonly isShown: Signal<boolean | null> = signal(null);
  /** Whether something was hidden in what he sent last. */
  readonly hasHidden: Signal<boolean> = signal(false);
  readonly #options: Options;
  #masking: typeof import('../shared/masking') | undefined;

  constructor(options: Options) {
    const { host } = options;
    this.#options = options;
    this.draft = signal(host.kept(DRAFT) ?? '');
    host.onKept((key, value) => {
      if (key === DRAFT) this.draft.value = value;
    });
  }

  write(text: string): void {
    this.hasHidden.value = false;
    this.#become(text);
    this.#preview();
  }

  /** Takes what was written away, to be sent. */
  take(): string {
    const text = this.guarded(this.draft.peek().trim());
    this.#become('');
    return text;
  }

  /** Fetches what hides numbers, where the company wants that: nothing leaves this browser before. */
  async makeReady(): Promise<void> {
    if (this.#masks) this.#masking ??= await import('../shared/masking');
  }

  /** A text as it may leave this browser.  Make ready first. */
  guarded(text: string): string {
    const guarded = (this.#masks && this.#masking?.masked(text).text) || text;
    if (guarded !== text) this.hasHidden.value = true;
    return guarded;
  }

  /** Says, for all of his tabs, whether the team may see what he writes.  Throws what `ask` throws. */
  async show(shown: boolean): Promise<void> {
    const before = this.isShown.peek();
    // A no counts at once, even if nobody hears it; a yes that nobody heard is none.
    this.isShown.value = shown;
    try {
      await this.#options.ask('set_privacy', { shows_typing: shown });
    } catch (problem) {
      if (shown) this.isShown.value = before;
      throw problem;
    }
  }

  /** The team sees it from now on, with what is written already; or no longer. */
  beShown(shown: boolean): void {
    this.isShown.value = shown;
    if (this.draft.peek()) this.#preview();
  }

  #preview(): void {
    if (!this.#mayBeShown || (this.#masks && !this.#masking)) return;
    const text = this.draft.peek();
    this.#options.show(this.#masks ? (this.#masking?.maskedWhileTyped(text) ?? '') : text);
  }

  get #mayBeShown(): boolean {
    const window = this.#options.window();
    return window !== undefined && (this.isShown.peek() ?? !window.asks_consent);
  }

  get #masks(): boolean {
    return this.#options.window()?.masks_numbers ?? false;
  }

  #become(text: string): void {
    this.draft.value = text;
    if (text) this.#options.host.keep(DRAFT, text);
    else this.#options.host.drop(DRAFT);
  }
}
