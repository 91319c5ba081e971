/** What is being written and not sent, by where it would go: it outlives switching and reloading. */
export class Drafts {
  readonly #storage: Storage;
  readonly #prefix: string;

  constructor(storage: Storage, prefix: string) {
    this.#storage = storage;
    this.#prefix = `${prefix}draft:`;
  }

  of(where: string): string {
    return this.#storage.getItem(this.#prefix + where) ?? '';
  }

  keep(where: string, text: string): void {
    if (text) this.#storage.setItem(this.#prefix + where, text);
    else this.#storage.removeItem(this.#prefix + where);
  }
}

/** The name under which the answer to a visitor is kept. */
export function answerTo(conversation_id: number): string {
  return `chat:${conversation_id}`;
}
