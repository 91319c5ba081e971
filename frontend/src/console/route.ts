import { type ReadonlySignal, type Signal, signal } from '@preact/signals';

export const TABS = ['chats', 'visitors', 'messages', 'colleagues'] as const;
export type Tab = (typeof TABS)[number];

/** Which tab is open, and which of its things. */
export type Place = { tab: Tab; id: number | null };

/** The place as it stands in the address: reloading and the browser's own way back keep it. */
export class Route {
  readonly #place: Signal<Place>;

  constructor() {
    this.#place = signal(placeIn(location.hash));
    addEventListener('hashchange', () => {
      this.#place.value = placeIn(location.hash);
    });
  }

  get place(): ReadonlySignal<Place> {
    return this.#place;
  }

  go(tab: Tab, id: number | null = null): void {
    const hash = hashOf({ tab, id });
    if (location.hash === hash) return;
    // From one to the next of a list: the way back leads to the list, not through all of them.
    const beside = this.#place.peek().tab === tab && this.#place.peek().id !== null && id !== null;
    if (beside) history.replaceState(null, '', hash);
    else history.pushState(null, '', hash);
    this.#place.value = { tab, id };
  }
}

export function placeIn(hash: string): Place {
  const [, name = '', number = ''] = hash.split('/');
  const tab = TABS.find((one) => one === name) ?? 'chats';
  return { tab, id: /^[1-9]\d{0,15}$/.test(number) ? Number(number) : null };
}

export function hashOf({ tab, id }: Place): string {
  return id === null ? `#/${tab}` : `#/${tab}/${id}`;
}
