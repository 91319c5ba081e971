import { t } from '../../shared/i18n';
import type { Invitation } from '../../shared/style';
import card from './card.css?inline';
import { button, element, shape } from './element';
import css from './invitation.css?inline';
import type { AddStyles } from './launcherView';
import { CROSS } from './shapes';
import type { Surroundings } from './surroundings';

/** Where it stands, and in which colours. */
export type Stand = Surroundings & { colours: string; side: 'left' | 'right'; bottom: number };

/** The box that asks a visitor whether he would like to chat (I-11, I-13).  It waits; it never takes the keyboard. */
export class InvitationBox {
  readonly element = document.createElement('laike-invitation');
  readonly #root = this.element.attachShadow({ mode: 'open' });
  readonly #box: HTMLElement;
  readonly #addStyles: AddStyles;
  /** Where the keyboard was before it came here. */
  #before: HTMLElement | null = null;

  constructor(
    invitation: Invitation,
    origin: string,
    answer: (accepts: boolean) => void,
    addStyles: AddStyles,
  ) {
    this.#addStyles = addStyles;
    this.#box = box(invitation, origin, answer);
    // A region that is there before its words are is read out when they come, after what is being said.
    const region = element('div', { role: 'status' });
    this.#root.append(region);
    requestAnimationFrame(() => region.append(this.#box));
    this.#root.addEventListener('focusin', (event) => {
      const { relatedTarget: from } = event as FocusEvent;
      if (from instanceof HTMLElement && !this.#root.contains(from)) this.#before = from;
    });
  }

  place(stand: Stand): void {
    this.#box.dir = stand.direction;
    this.#box.classList.toggle('card--dark', stand.isDark);
    this.#root.querySelector('style')?.remove();
    this.#addStyles(this.#root, card + css + placed(stand));
  }

  /** Puts the keyboard back where it was, if it is here. */
  leave(): void {
    if (this.#root.activeElement) this.#before?.focus();
    this.element.remove();
  }
}

function box(
  invitation: Invitation,
  origin: string,
  answer: (accepts: boolean) => void,
): HTMLElement {
  const close = button('close', () => answer(false), shape(CROSS));
  close.setAttribute('aria-label', t('Close'));
  return element(
    'section',
    { class: 'box card', 'aria-labelledby': 'title' },
    ...picture(invitation, origin),
    element('h2', { id: 'title', dir: 'auto' }, invitation.title || ours(invitation)),
    ...(invitation.text ? [element('p', { dir: 'auto' }, invitation.text)] : []),
    element(
      'div',
      { class: 'answers' },
      button('accept solid', () => answer(true), t('Chat now')),
      button('decline', () => answer(false), t('Not now')),
    ),
    close,
  );
}

function picture({ picture }: Invitation, origin: string): HTMLImageElement[] {
  if (!picture) return [];
  const image = element('img', { alt: '' });
  image.onerror = () => image.remove();
  image.src = new URL(picture, origin).href;
  return [image];
}

function ours({ by }: Invitation): string {
  return by ? t('{name} would like to help you', { name: by.name }) : t('May we help you?');
}

function placed({ colours, side, bottom }: Stand): string {
  return `.box{${colours};${side}:20px;bottom:${bottom}px}`;
}
