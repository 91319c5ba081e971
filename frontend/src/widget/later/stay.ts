import { isRecord } from '../../shared/refusal';
import type { InvitationRule } from '../../shared/style';
import type { HostLink } from '../hostLink';
import { isPageLike } from './pagePatterns';

const KEPT = 'stay';
/** Who was away longer comes again, as in chat/visitors/visits.py. */
const APART = 30 * 60_000;
/** How often it is written down: not each second into the customer's page. */
const KEEP_EVERY = 5;

/** What survives the page: seconds on all pages of this visit, when they were last counted, and the rules that had their turn. */
type Visit = { seconds: number; at: number; asked: Record<string, number> };

/** How long the visitor has looked, at this page and at all of this visit, in all of his tabs; and whose rule's turn it is. */
export class Stay {
  readonly #host: HostLink;
  #url = '';
  #onPage = 0;
  #askedOnPage: Record<string, number> = {};
  #visit: Visit;

  constructor(host: HostLink) {
    this.#host = host;
    this.#visit = visitIn(host.kept(KEPT) ?? '');
  }

  /** He is looking at this page, a second longer. */
  look(url: string): void {
    if (url !== this.#url) this.#turnTo(url);
    this.#onPage += 1;
    const kept = visitIn(this.#host.kept(KEPT) ?? '');
    // Another tab has counted, too.
    if (kept.seconds > this.#visit.seconds) this.#visit = kept;
    this.#visit.seconds += 1;
    if (this.#onPage % KEEP_EVERY === 0) this.#keep();
  }

  /** The rule whose moment has come, if any.  It had its turn; nothing came of it, it has another after twice the time. */
  due(rules: InvitationRule[]): InvitationRule | null {
    const due = rules.find((rule) => this.#isDue(rule)) ?? null;
    if (due) this.#note(due);
    return due;
  }

  #isDue({ id, after_seconds, counts, pages }: InvitationRule): boolean {
    const seconds = counts === 'page' ? this.#onPage : this.#visit.seconds;
    const asked = counts === 'page' ? this.#askedOnPage[id] : this.#visit.asked[id];
    if (seconds < (asked ? asked * 2 : after_seconds)) return false;
    return pages.length === 0 || pages.some((pattern) => isPageLike(this.#url, pattern));
  }

  #note({ id, counts }: InvitationRule): void {
    if (counts === 'page') this.#askedOnPage[id] = Math.max(1, this.#onPage);
    else this.#visit.asked[id] = Math.max(1, this.#visit.seconds);
    this.#keep();
  }

  #turnTo(url: string): void {
    this.#url = url;
    this.#onPage = 0;
    this.#askedOnPage = {};
  }

  #keep(): void {
    this.#visit.at = Date.now();
    this.#host.keep(KEPT, JSON.stringify(this.#visit));
  }
}

function visitIn(kept: string): Visit {
  try {
    const { seconds, at, asked }: Partial<Visit> = JSON.parse(kept);
    const isGoingOn = Date.now() - Number(at) < APART;
    if (isGoingOn && isRecord(asked))
      return { seconds: Number(seconds) || 0, at: Number(at), asked: asked as Visit['asked'] };
  } catch {
    // Nothing was kept, or not by us.
  }
  return { seconds: 0, at: Date.now(), asked: {} };
}
