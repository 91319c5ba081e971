import { type Signal, signal } from '@preact/signals-core';
import type { WindowSettings } from '../shared/events';
import { masked, maskedWhileTyped } from '../shared/masking';
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
    const written = this.draft.peek().trim();
    const text = this.guarded(written);
    this.hasHidden.value = text !== written;
    this.#become('');
    return text;
  }

  /** A text as it may leave this browser. */
  guarded(text: string): string {
    return this.#masks ? masked(text).text : text;
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
    if (!this.#mayBeShown) return;
    const text = this.draft.peek();
    this.#options.show(this.#masks ? maskedWhileTyped(text) : text);
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
