import { type ReadonlySignal, type Signal, signal } from '@preact/signals';

export const TABS = ['chats', 'visitors', 'messages', 'colleagues'] as const;
export type Tab = (typeof TABS)[number];

/** Which tab is open, which of its things, and which message of it is looked for. */
export type Place = { tab: Tab; id: number | null; seq?: number };

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

  go(tab: Tab, id: number | null = null, seq?: number): void {
    const place = { tab, id, ...(seq && { seq }) };
    const hash = hashOf(place);
    if (location.hash === hash) return;
    // From one to the next of a list: the way back leads to the list, not through all of them.
    const beside = this.#place.peek().tab === tab && this.#place.peek().id !== null && id !== null;
    history[beside ? 'replaceState' : 'pushState'](null, '', hash);
    this.#place.value = place;
  }
}

export function placeIn(hash: string): Place {
  const [, name = '', id = '', seq = ''] = hash.split('/');
  const tab = TABS.find((one) => one === name) ?? 'chats';
  return isNumber(id)
    ? { tab, id: Number(id), ...(isNumber(seq) && { seq: Number(seq) }) }
    : { tab, id: null };
}

export function hashOf({ tab, id, seq }: Place): string {
  return ['#', tab, id, seq].filter((part) => part !== null && part !== undefined).join('/');
}

function isNumber(text: string): boolean {
  return /^[1-9]\d{0,15}$/.test(text);
}
