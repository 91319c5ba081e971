import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';

const NARROW = '(width < 72rem)';

/** What the panel shows of a visitor, one at a time. */
export type PanelPart = 'visitor' | 'track' | 'card' | 'history' | 'visits' | 'why';

/**
 * Whether what is known of the visitor stands beside the conversation.  Where there is room the agent's choice is kept;
 * on narrow screens it lies over the conversation, and so only as long as he asks for it.
 */
export class Panel {
  readonly isOpen: ReadonlySignal<boolean>;
  readonly part: Signal<PanelPart> = signal('visitor');
  readonly #kept: Signal<boolean>;
  readonly #drawn = signal(false);
  readonly #narrow: Signal<boolean>;

  constructor(kept: Signal<boolean>) {
    this.#kept = kept;
    const media = matchMedia(NARROW);
    this.#narrow = signal(media.matches);
    media.addEventListener('change', () => {
      this.#narrow.value = media.matches;
      this.#drawn.value = false;
    });
    this.isOpen = computed(() => (this.#narrow.value ? this.#drawn.value : this.#kept.value));
  }

  toggle(): void {
    this.#choice.value = !this.#choice.peek();
  }

  /** Opens at that part; asked for it again, closes. */
  show(part: PanelPart): void {
    this.#choice.value = !this.isOpen.peek() || this.part.peek() !== part;
    this.part.value = part;
  }

  get #choice(): Signal<boolean> {
    return this.#narrow.peek() ? this.#drawn : this.#kept;
  }

  /** Another conversation comes onto the screen: on a narrow one it must be seen. */
  giveWay(): void {
    this.#drawn.value = false;
  }
}
