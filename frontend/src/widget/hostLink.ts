import type { Shelf, Unsent } from '../shared/outbox';
import { unsentIn } from '../shared/outbox';
import { isRecord } from '../shared/refusal';
import { BEGIN, type Boot, READY, type ToHost, type ToWindow } from './bridge';

const UNSENT = 'unsent:';

type KeptListener = (key: string, value: string) => void;

/** A port, or what stands for one where there is no page around the window. */
export type Port = Pick<MessagePort, 'postMessage' | 'onmessage'>;

/** The window's end of the port to the customer's page, and what that page keeps for us. */
export class HostLink {
  readonly boot: Boot;
  readonly #port: Port;
  readonly #kept: Map<string, string>;
  readonly #listeners = new Set<KeptListener>();
  /** Who the customer's own server says the visitor is, signed. */
  identity: string;

  constructor(port: Port, boot: Boot) {
    this.#port = port;
    this.boot = boot;
    this.identity = boot.identity;
    this.#kept = new Map(Object.entries(boot.kept));
  }

  tell(message: ToHost): void {
    this.#port.postMessage(message);
  }

  onMessage(listener: (message: ToWindow) => void): void {
    this.#port.onmessage = ({ data }: { data: ToWindow }) => {
      if (data.type === 'kept') this.#keptElsewhere(data.key, data.value);
      else listener(data);
    };
  }

  kept(key: string): string | null {
    return this.#kept.get(key) ?? null;
  }

  keep(key: string, value: string): void {
    if (this.#kept.get(key) === value) return;
    this.#kept.set(key, value);
    this.tell({ type: 'keep', key, value });
  }

  drop(key: string): void {
    if (this.#kept.delete(key)) this.tell({ type: 'drop', key });
  }

  /** Forgets everything, also in the customer's page. */
  forget(): void {
    this.#kept.clear();
    this.identity = '';
    this.tell({ type: 'forget' });
  }

  /** Hears what another tab of the same site keeps and drops. */
  onKept(listener: KeptListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Where the outbox keeps unsent messages: in the customer's page, so that a reload does not lose them. */
  get shelf(): Shelf {
    return {
      all: () =>
        [...this.#kept].flatMap(([key, value]) => (key.startsWith(UNSENT) ? unsentIn(value) : [])),
      keep: (unsent: Unsent) => this.keep(UNSENT + unsent.client_id, JSON.stringify(unsent)),
      drop: (client_id) => this.drop(UNSENT + client_id),
    };
  }

  #keptElsewhere(key: string, value: string | null): void {
    if (value === null) this.#kept.delete(key);
    else this.#kept.set(key, value);
    for (const listener of this.#listeners) listener(key, value ?? '');
  }
}

/** Waits for the loader to hand over the port.  The browser lets only the site's allowed pages frame us. */
export function linkToHost(hostOrigin: string): Promise<HostLink> {
  return new Promise((linked) => {
    const begin = (event: MessageEvent) => {
      const port = event.ports[0];
      if (event.source !== parent || event.origin !== hostOrigin || !port) return;
      if (!isRecord(event.data) || event.data.type !== BEGIN) return;
      removeEventListener('message', begin);
      linked(new HostLink(port, event.data.boot as Boot));
    };
    addEventListener('message', begin);
    parent.postMessage(READY, hostOrigin);
  });
}

/** The origin of the page around us: what the browser says of it, or the referrer the loader asked it to send. */
export function originOfHost(): string {
  const [origin] = location.ancestorOrigins ?? [];
  return origin ?? new URL(document.referrer).origin;
}
