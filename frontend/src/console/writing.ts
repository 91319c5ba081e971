import { type Signal, signal } from '@preact/signals';
import type { Posted, SentFile } from '../shared/events';
import { Outbox, shelfIn, type Unsent } from '../shared/outbox';
import { Uploads } from '../shared/uploads';

export type WritingOptions = {
  storage: Storage;
  /** Where in the storage it waits; tells apart what goes to visitors and what goes to colleagues. */
  shelf: string;
  send: (unsent: Unsent) => Promise<Posted>;
  onSent: (unsent: Unsent, posted: Posted) => void;
  uploadUrl: (id: number) => string;
  uploadHeaders: () => Record<string, string>;
};

/** What was written here and is not yet confirmed: words and files, by the number of the conversation or talk. */
export class Writing {
  readonly unsent: Signal<readonly Unsent[]> = signal([]);
  readonly #options: WritingOptions;
  readonly #outbox: Outbox;
  readonly #uploads = new Map<number, Uploads>();

  constructor(options: WritingOptions) {
    this.#options = options;
    const { storage, shelf, send, onSent } = options;
    this.#outbox = new Outbox({
      shelf: shelfIn(storage, shelf),
      send,
      onSent,
      onChange: (unsent) => {
        this.unsent.value = unsent;
      },
    });
    this.unsent.value = this.#outbox.unsent;
  }

  uploadsInto(id: number): Uploads {
    const known = this.#uploads.get(id);
    if (known) return known;
    const uploads = new Uploads({
      url: this.#options.uploadUrl(id),
      headers: this.#options.uploadHeaders,
      onUploaded: (file) => this.#write(id, '', file),
    });
    this.#uploads.set(id, uploads);
    return uploads;
  }

  /** Whether something for that number has not arrived yet. */
  waitsFor(id: number): boolean {
    const uploads = this.#uploads.get(id)?.all.peek() ?? [];
    return uploads.length > 0 || this.unsent.peek().some((one) => one.conversation_id === id);
  }

  say(id: number, text: string, files: File[]): void {
    if (text.trim()) this.#write(id, text.trim());
    this.uploadsInto(id).add(files);
  }

  retry(id: number, client_id: string): void {
    this.#outbox.retry(client_id);
    this.uploadsInto(id).retry(client_id);
  }

  remove(id: number, client_id: string): void {
    this.#outbox.remove(client_id);
    this.uploadsInto(id).remove(client_id);
  }

  flush(): void {
    this.#outbox.flush();
  }

  #write(id: number, text: string, file?: SentFile): void {
    this.#outbox.post(id, { text, file });
  }
}
