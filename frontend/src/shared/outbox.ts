import type { Posted, SentFile } from './events';
import { newId } from './newId';
import { Refused } from './refusal';

/** A message its author has written and the server has not yet confirmed. */
export type Unsent = {
  client_id: string;
  /** null: for the conversation that will be opened with it. */
  conversation_id: number | null;
  text: string;
  file: SentFile | null;
  at: string;
  /** Why the server will not take it; it stays until its author retries or removes it. */
  refusal: string | null;
};

/** Where unsent messages outlive the page: one entry each, so that tabs do not overwrite each other's. */
export type Shelf = {
  all(): Unsent[];
  keep(unsent: Unsent): void;
  drop(client_id: string): void;
};

export type OutboxOptions = {
  shelf: Shelf;
  send: (unsent: Unsent) => Promise<Posted>;
  onSent: (unsent: Unsent, posted: Posted) => void;
  onChange: (unsent: readonly Unsent[]) => void;
  /** Says that the conversation is over or not ours; without it such a message is refused like any other. */
  onGone?: (conversation_id: number | null) => void;
  /** How long to wait after a failure that may pass; tests make it short. */
  retryAfter?: number;
};

const GONE = new Set(['conversation_closed', 'conversation_not_found']);
const PASSING = new Set(['too_fast', 'busy', 'restarting']);

/**
 * Keeps what was written until the server has confirmed it.  One message per conversation is under way at a time,
 * in the order they were written, and a message keeps its client id however often it is sent: the server knows it again.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #underWay = new Set<number | null>();
  #unsent: Unsent[];
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#unsent = options.shelf.all().sort((a, b) => a.at.localeCompare(b.at));
  }

  get unsent(): readonly Unsent[] {
    return this.#unsent;
  }

  post(conversation_id: number | null, content: { text: string; file?: SentFile }): Unsent {
    const unsent: Unsent = {
      client_id: newId(),
      conversation_id,
      text: content.text,
      file: content.file ?? null,
      at: new Date().toISOString(),
      refusal: null,
    };
    this.#options.shelf.keep(unsent);
    this.#change([...this.#unsent, unsent]);
    this.flush();
    return unsent;
  }

  /** Sends what waits.  Called when the line comes back; harmless at any other time. */
  flush(): void {
    clearTimeout(this.#retry);
    for (const conversation_id of new Set(this.#unsent.map((unsent) => unsent.conversation_id)))
      void this.#sendNext(conversation_id);
  }

  /** What was written for a conversation yet to be opened, or for one that has ended, goes to this one. */
  adopt(from: number | null, conversation_id: number | null): void {
    this.#change(
      this.#unsent.map((unsent) =>
        unsent.conversation_id === from ? this.#kept({ ...unsent, conversation_id }) : unsent,
      ),
    );
    this.flush();
  }

  retry(client_id: string): void {
    this.#change(
      this.#unsent.map((unsent) =>
        unsent.client_id === client_id ? this.#kept({ ...unsent, refusal: null }) : unsent,
      ),
    );
    this.flush();
  }

  /** None of what waits for that conversation can be sent. */
  refuse(conversation_id: number | null, refused: Refused): void {
    const refusal = refused.message || refused.code;
    this.#change(
      this.#unsent.map((unsent) =>
        unsent.conversation_id === conversation_id ? this.#kept({ ...unsent, refusal }) : unsent,
      ),
    );
  }

  remove(client_id: string): void {
    this.#options.shelf.drop(client_id);
    this.#change(this.#unsent.filter((unsent) => unsent.client_id !== client_id));
  }

  async #sendNext(conversation_id: number | null): Promise<void> {
    if (conversation_id === null) return;
    const waiting = this.#unsent.filter((unsent) => unsent.refusal === null);
    const next = waiting.find((unsent) => unsent.conversation_id === conversation_id);
    if (!next || this.#underWay.has(conversation_id)) return;
    // What may yet move to the next conversation must not be overtaken by what was written for that one.
    if (this.#options.onGone && next !== waiting[0]) return;
    this.#underWay.add(conversation_id);
    try {
      const posted = await this.#options.send(next);
      this.#options.onSent(next, posted);
      this.remove(next.client_id);
    } catch (problem) {
      this.#sendFailed(next, problem);
      return;
    } finally {
      this.#underWay.delete(conversation_id);
    }
    this.flush();
  }

  #sendFailed(unsent: Unsent, problem: unknown): void {
    if (problem instanceof Refused && GONE.has(problem.code) && this.#options.onGone) {
      this.#options.onGone(unsent.conversation_id);
      return;
    }
    if (problem instanceof Refused && !PASSING.has(problem.code)) {
      this.#change(
        this.#unsent.map((other) =>
          other.client_id === unsent.client_id
            ? this.#kept({ ...other, refusal: problem.message || problem.code })
            : other,
        ),
      );
      // The ones behind it are not to blame.
      queueMicrotask(() => this.flush());
      return;
    }
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.flush(), this.#options.retryAfter ?? 2_000);
  }

  #kept(unsent: Unsent): Unsent {
    this.#options.shelf.keep(unsent);
    return unsent;
  }

  #change(unsent: Unsent[]): void {
    this.#unsent = unsent;
    this.#options.onChange(unsent);
  }
}

/** A shelf in a Storage of ours (the console's); the widget's lies in the host page, behind the loader. */
export function shelfIn(storage: Storage, prefix: string): Shelf {
  const keys = () => Object.keys(storage).filter((key) => key.startsWith(prefix));
  return {
    all: () => keys().flatMap((key) => unsentIn(storage.getItem(key))),
    keep: (unsent) => storage.setItem(prefix + unsent.client_id, JSON.stringify(unsent)),
    drop: (client_id) => storage.removeItem(prefix + client_id),
  };
}

/** What a stored text says, or nothing if it is not ours. */
export function unsentIn(stored: string | null): Unsent[] {
  try {
    const unsent = JSON.parse(stored ?? '') as Unsent;
    return typeof unsent.client_id === 'string' && typeof unsent.text === 'string' ? [unsent] : [];
  } catch {
    return [];
  }
}
