import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { SentFile } from './events';
import { t } from './i18n';
import { newId } from './newId';
import { answerIn, Refused } from './refusal';

/** A file on its way to the server.  Once there it becomes a message with that file. */
export type Upload = {
  client_id: string;
  text: '';
  file: SentFile;
  refusal: string | null;
  source: File;
};

export type UploadOptions = {
  url: string;
  headers: () => Record<string, string>;
  onUploaded: (file: SentFile) => void;
};

/** Sends files one after another, in the order they were chosen. */
export class Uploads {
  readonly #options: UploadOptions;
  readonly #all: Signal<Upload[]> = signal([]);
  #underWay = false;

  constructor(options: UploadOptions) {
    this.#options = options;
  }

  get all(): ReadonlySignal<Upload[]> {
    return this.#all;
  }

  add(files: File[]): void {
    this.#all.value = [...this.#all.value, ...files.map(uploadOf)];
    void this.#next();
  }

  retry(client_id: string): void {
    this.#refuse(client_id, null);
    void this.#next();
  }

  remove(client_id: string): void {
    const gone = this.#all.value.find((upload) => upload.client_id === client_id);
    if (gone?.file.url) URL.revokeObjectURL(gone.file.url);
    this.#all.value = this.#all.value.filter((upload) => upload !== gone);
  }

  async #next(): Promise<void> {
    const next = this.#all.value.find((upload) => upload.refusal === null);
    if (!next || this.#underWay) return;
    this.#underWay = true;
    try {
      this.#options.onUploaded(await this.#send(next.source));
      this.remove(next.client_id);
    } catch (problem) {
      const refused = problem instanceof Refused && problem.message;
      this.#refuse(next.client_id, refused || t('There is no connection.'));
    } finally {
      this.#underWay = false;
    }
    await this.#next();
  }

  async #send(file: File): Promise<SentFile> {
    const body = new FormData();
    body.append('file', file);
    const headers = { Accept: 'application/json', ...this.#options.headers() };
    const response = await fetch(this.#options.url, { method: 'POST', headers, body });
    return answerIn<{ file: SentFile }>(await response.json()).file;
  }

  #refuse(client_id: string, refusal: string | null): void {
    this.#all.value = this.#all.value.map((upload) =>
      upload.client_id === client_id ? { ...upload, refusal } : upload,
    );
  }
}

function uploadOf(source: File): Upload {
  const is_picture = /^image\/(png|jpeg|gif|webp)$/.test(source.type);
  const url = is_picture ? URL.createObjectURL(source) : '';
  const { name, size, type: media_type } = source;
  const file = { id: 0, name, size, media_type, url, is_picture };
  return { client_id: newId(), text: '', file, refusal: null, source };
}
