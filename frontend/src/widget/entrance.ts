import { batch, type Signal, signal } from '@preact/signals-core';
import type { Conversation, Named, ServerEvent, Welcome, WidgetRequest } from '../shared/events';
import { Refused } from '../shared/refusal';
import type { Invitation, Reception } from '../shared/style';
import type { Choice } from './bridge';
import type { VisitorLine } from './visitorLine';

type Options = {
  ask: VisitorLine['ask'];
  onOpened: (conversation: Conversation) => void;
  onRegistered: () => void;
};

/** How the visitor comes in: who is there for him, who invites him, whom he chose, and whether he must say who he is. */
export class Entrance {
  readonly reception: Signal<Reception> = signal({
    standing: 'online',
    entries: [],
    when_closed: 'form',
    opens_at: null,
  });
  /** Whether a conversation may begin: who is busy may have room, or none. */
  readonly isOpen: Signal<boolean> = signal(true);
  /** Whether nobody knows him yet and the company wants to (W-24). */
  readonly mustRegister: Signal<boolean> = signal(false);
  /** Whom he chose from the list (W-29). */
  readonly chosen: Signal<Choice | null> = signal(null);
  /** What stands before him until he answers it. */
  readonly invitation: Signal<Invitation | null> = signal(null);
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  hear(event: ServerEvent): void {
    if (event.name === 'welcome') this.#beWelcomed(event);
    if (event.name === 'reception_changed') this.reception.value = event;
    if (event.name === 'availability_changed') this.isOpen.value = event.online;
    if (event.name === 'invited') this.invitation.value = event.invitation;
    if (event.name === 'invitation_ended' && event.invitation_id === this.invitation.peek()?.id)
      this.invitation.value = null;
  }

  /** With anybody, when whom he chose is not there. */
  chooseAgain(): void {
    this.chosen.value = null;
    this.isOpen.value = true;
  }

  /** The customer's page may say anything. */
  choose(entry: Choice): void {
    const [kind, id] = Object.entries(entry ?? {})[0] ?? [];
    if (/^(member|department)$/.test(kind ?? '') && Number.isInteger(id)) this.chosen.value = entry;
  }

  /** What he asks for when he opens a conversation. */
  get wish(): Named<WidgetRequest, 'open_conversation'>['ask'] {
    const chosen = Object.entries(this.chosen.peek() ?? {});
    return Object.fromEntries(chosen.map(([kind, id]) => [`${kind}_id`, id]));
  }

  /** Tells who he is; what waited for that is sent.  Throws what `ask` throws. */
  async register(answers: Record<string, string>): Promise<void> {
    await this.#options.ask('register', { answers });
    this.mustRegister.value = false;
    this.#options.onRegistered();
  }

  /**
   * Answers an invitation.  What nobody hears leaves it where it stands.  Whose window was opened without asking him
   * has accepted nothing by that: he writes, or does not (CF-31).
   */
  async answer(invitation_id: number, accepts: boolean): Promise<void> {
    const before = this.invitation.peek();
    if (accepts && before?.manner === 'direct') return;
    this.invitation.value = null;
    try {
      const { conversation } = await this.#options.ask('answer_invitation', {
        invitation_id,
        accepts,
      });
      if (conversation) this.#options.onOpened(conversation);
    } catch (problem) {
      if (!(problem instanceof Refused)) this.invitation.value = before;
    }
  }

  /** Closing a window that nobody asked him about is an answer, too. */
  closeWindow(): void {
    const invitation = this.invitation.peek();
    if (invitation?.manner === 'direct') void this.answer(invitation.id, false);
  }

  #beWelcomed({ reception, online, must_register, invitation }: Welcome): void {
    batch(() => {
      this.isOpen.value = online;
      this.reception.value = reception;
      this.mustRegister.value = must_register;
      this.invitation.value = invitation;
    });
  }
}
