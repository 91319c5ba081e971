import { type Signal, signal } from '@preact/signals-core';
import type { FollowedConversation } from '../shared/followedConversation';
import type { HostLink } from './hostLink';
import type { VisitorLine } from './visitorLine';

const KEPT = 'rating-asked';

/** Whether he is asked how he was served, and his answer; the question survives a reload. */
export class RatingQuestion {
  /** Which conversation he was asked to rate. */
  readonly asked: Signal<number | null>;
  readonly #host: HostLink;
  readonly #ask: VisitorLine['ask'];

  constructor(host: HostLink, ask: VisitorLine['ask']) {
    this.#host = host;
    this.#ask = ask;
    this.asked = signal(Number(host.kept(KEPT)) || null);
  }

  ask(conversation_id: number): void {
    this.asked.value = conversation_id;
    this.#host.keep(KEPT, String(conversation_id));
  }

  /** He need not. */
  dismiss(): void {
    this.asked.value = null;
    this.#host.drop(KEPT);
  }

  async rate(followed: FollowedConversation, score: number, comment: string): Promise<void> {
    const conversation_id = followed.id;
    const { rating } = await this.#ask('rate', { conversation_id, score, comment });
    followed.apply({ name: 'conversation_rated', conversation_id, rating });
    this.dismiss();
  }
}
