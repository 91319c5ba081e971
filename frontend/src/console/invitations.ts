import { type Signal, signal } from '@preact/signals';
import type { Conversation, Inviting, PresentVisitor, ServerEvent } from '../shared/events';
import { t } from '../shared/i18n';
import type { Toast } from './desk';
import type { DeskLine } from './deskLine';

export type InvitationsOptions = {
  line: DeskLine;
  me: { id: number };
  /** Does it, and says in passing why it cannot be done. */
  attempt: (action: () => Promise<unknown>) => Promise<boolean>;
  say: (toast: Toast) => void;
  nameOf: (visitor_id: number) => string;
  onBegun: (conversation: Conversation) => void;
};

/** Whom this agent may invite, and what comes of it (I-01…I-09). */
export class Invitations {
  readonly allowed: Signal<Inviting> = signal({
    by_hand: false,
    direct: false,
    repeating_sites: [],
  });
  readonly #options: InvitationsOptions;
  /** Whom he is just inviting: a second click asks for nothing. */
  readonly #asking = new Set<number>();

  constructor(options: InvitationsOptions) {
    this.#options = options;
  }

  /** Why this agent cannot invite a visitor (I-09), or null. */
  against(visitor: PresentVisitor): string | null {
    if (!this.allowed.value.by_hand)
      return t('Your company has switched invitations by agents off.');
    return this.#againstBoth(visitor);
  }

  /** Why he cannot open the chat at him without asking (S-06), or null. */
  againstDirect(visitor: PresentVisitor): string | null {
    if (!this.allowed.value.direct)
      return t('Your company has switched direct chat off: visitors are asked first.');
    return this.#againstBoth(visitor);
  }

  isMine({ invitation }: PresentVisitor): boolean {
    return invitation?.by?.id === this.#options.me.id;
  }

  /** In one click, or with a text of his own (I-08). */
  async invite(visitor_id: number, text = ''): Promise<boolean> {
    const { line, say, nameOf } = this.#options;
    return this.#once(visitor_id, async () => {
      const { invitation } = await line.ask('invite', { visitor_id, text });
      say({
        text: t('{name} is being invited.', { name: nameOf(visitor_id) }),
        action: { label: t('Withdraw'), run: () => void this.withdraw(invitation.id) },
      });
    });
  }

  async withdraw(invitation_id: number): Promise<void> {
    const { line, attempt } = this.#options;
    await attempt(() => line.ask('withdraw_invitation', { invitation_id }));
  }

  /** Opens the chat at a visitor who was not asked (I-02). */
  async chatDirectly(visitor_id: number): Promise<boolean> {
    const { line, onBegun } = this.#options;
    return this.#once(visitor_id, async () => {
      const { conversation } = await line.ask('chat_directly', { visitor_id });
      onBegun(conversation);
    });
  }

  /** How one of his own has ended.  Who accepts is announced as every conversation is that comes to him. */
  hear(event: ServerEvent): void {
    if (event.name !== 'invitation_ended') return;
    const name = this.#options.nameOf(event.visitor_id);
    if (event.because === 'declined')
      this.#options.say({ text: t('{name} does not want to chat now.', { name }) });
    if (event.because === 'expired')
      this.#options.say({ text: t('{name} has not answered your invitation.', { name }) });
    if (event.because === 'gone')
      this.#options.say({
        text: t('{name} has left without answering your invitation.', { name }),
      });
  }

  #againstBoth({ site_id, conversation, invitation }: PresentVisitor): string | null {
    if (this.allowed.value.repeating_sites.includes(site_id))
      return t(
        'Visitors of this site are invited again and again automatically, so agents need not.',
      );
    if (conversation?.state === 'waiting')
      return t('This visitor is waiting for an answer already. Accept the conversation.');
    if (conversation?.member?.id === this.#options.me.id)
      return t('You are talking to this visitor already.');
    if (conversation)
      return t('{name} is talking to this visitor already.', {
        name: conversation.member?.name ?? '',
      });
    if (!invitation) return null;
    const name = invitation.by?.name ?? t('The system');
    return t('{name} is inviting this visitor already.', { name });
  }

  async #once(visitor_id: number, action: () => Promise<unknown>): Promise<boolean> {
    if (this.#asking.has(visitor_id)) return false;
    this.#asking.add(visitor_id);
    try {
      return await this.#options.attempt(action);
    } finally {
      this.#asking.delete(visitor_id);
    }
  }
}
