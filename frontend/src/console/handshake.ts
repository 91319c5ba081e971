import { isRecord } from '../shared/refusal';

const RENEW_AFTER = 4 * 60_000;

/** The two tokens that prove a request comes from our page, renewed as long as it stays open. */
export class Handshake {
  csrf: string;
  #token: string;
  #language: string;
  #at = Date.now();

  constructor(token: string, csrf: string, language: string) {
    this.#token = token;
    this.csrf = csrf;
    this.#language = language;
  }

  /** For each connection; a token that has grown old is exchanged first. */
  async auth(): Promise<{ handshake: string }> {
    if (Date.now() - this.#at > RENEW_AFTER) await this.renew();
    return { handshake: this.#token };
  }

  headers(): Record<string, string> {
    return { 'X-CSRFToken': this.csrf, Accept: 'application/json' };
  }

  /** Without an answer the old ones stay: the server says what is wrong with them. */
  async renew(): Promise<void> {
    try {
      const address = `/console/handshake?lang=${this.#language}`;
      const response = await fetch(address, { headers: { Accept: 'application/json' } });
      const answer: unknown = await response.json();
      if (!isRecord(answer) || answer.ok !== true) return;
      this.#token = String(answer.handshake);
      this.csrf = String(answer.csrf);
      this.#at = Date.now();
    } catch {
      return;
    }
  }
}
