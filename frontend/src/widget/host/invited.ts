import type { Invitation } from '../../shared/style';
import type { Ground } from './ground';
import { InvitationBox, type Stand } from './invitationBox';

const WRITES = 'input, textarea, select, [contenteditable]';

/** The one invitation that stands before the visitor, and what becomes of it (I-07). */
export class Invited {
  readonly #ground: Ground;
  readonly #root: ShadowRoot;
  readonly #answered = new Set<number>();
  #invitation: Invitation | null = null;
  #box: InvitationBox | null = null;
  #stand: Stand | null = null;

  constructor(ground: Ground, root: ShadowRoot) {
    this.#ground = ground;
    this.#root = root;
    // Whoever opens the window while the box stands has accepted it.
    ground.on('open', () => this.#answer(true));
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !isWriting(event))
        this.#answer(false);
    });
  }

  /** The invitation there is now; null takes away the one that stood there.  Told again, nothing happens. */
  invite(invitation: Invitation | null): void {
    if (invitation?.id === this.#invitation?.id) return;
    this.#remove();
    if (!invitation || this.#answered.has(invitation.id)) return;
    this.#invitation = invitation;
    if (invitation.manner === 'direct' || this.#ground.host.hasAttribute('open'))
      this.#answer(true, true);
    else this.#show(invitation);
  }

  placeAt(stand: Stand): void {
    this.#stand = stand;
    this.#box?.place(stand);
  }

  #show(invitation: Invitation): void {
    if (!this.#stand) return;
    const answer = (accepts: boolean) => this.#answer(accepts);
    const { config, addStyles } = this.#ground;
    this.#box = new InvitationBox(invitation, config.origin, answer, addStyles);
    this.#box.place(this.#stand);
    this.#root.append(this.#box.element);
  }

  #answer(accepts: boolean, quietly = false): void {
    const invitation = this.#invitation;
    if (!invitation) return;
    this.#answered.add(invitation.id);
    this.#remove();
    if (accepts) this.#ground.show(true, quietly);
    this.#ground.tell({ type: 'invitation_answered', id: invitation.id, accepts });
  }

  #remove(): void {
    this.#invitation = null;
    this.#box?.leave();
    this.#box = null;
  }
}

/** What he presses while he writes belongs to what he writes. */
function isWriting(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof Element && target.matches(WRITES);
}
