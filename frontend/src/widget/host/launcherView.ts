import { t } from '../../shared/i18n';
import type { Choice } from '../bridge';
import card from './card.css?inline';
import { drawn } from './drawn';
import { element } from './element';
import type { Face } from './face';
import css from './launcher.css?inline';
import { placed } from './placed';

/** What the visitor may do with a launcher. */
export type Actions = {
  /** Opens the window, for that agent or department if he chose one; without a choice it closes one that is open. */
  toggle: (entry?: Choice) => void;
  /** A picture did not come: its server is away, or the page's policy forbids it. */
  miss: (url: string) => void;
};

export type AddStyles = (root: ShadowRoot, css: string) => void;

/** One launcher in a shadow root of its own, where neither the page nor the loader dress it. */
export class LauncherView {
  readonly element = document.createElement('laike-launcher');
  readonly #root = this.element.attachShadow({ mode: 'open' });
  readonly #actions: Actions;
  readonly #addStyles: AddStyles;
  readonly #badge = element('b', { class: 'badge' });
  #main = element('div');
  #isOpen = false;
  /** Which of its buttons the window was opened with. */
  #opener = '';

  constructor(actions: Actions, addStyles: AddStyles) {
    this.#actions = actions;
    this.#addStyles = addStyles;
  }

  /** Draws it anew; who has the keyboard on one of its buttons keeps it. */
  draw(face: Face): void {
    const focused = this.#focused();
    this.#main = drawn(face, { ...this.#actions, toggle: (entry) => this.#toggle(entry) });
    this.#main.append(this.#badge);
    this.#root.replaceChildren(this.#main);
    this.#addStyles(this.#root, card + css + placed(face));
    this.stand(this.#isOpen);
    if (focused !== undefined) this.#button(focused)?.focus();
  }

  /** Says whether the window is open. */
  stand(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#main.classList.toggle('launcher--open', isOpen);
    for (const button of this.#root.querySelectorAll('[data-opens]')) {
      button.setAttribute('aria-expanded', String(isOpen));
      if (button.hasAttribute('aria-label'))
        button.setAttribute('aria-label', isOpen ? t('Close chat') : t('Open chat'));
    }
  }

  /** How many messages wait, as the loader writes it; '' for none. */
  count(unread: string): void {
    this.#badge.textContent = unread;
    this.#badge.hidden = unread === '';
  }

  /** Gives the keyboard back to the button that opened the window.  Says whether it was one of these. */
  takeBack(): boolean {
    const button = this.#opener && this.#button(this.#opener);
    this.#opener = '';
    if (button) button.focus();
    return Boolean(button);
  }

  /** The keyboard to where one opens the window, without having opened it there. */
  focus(): void {
    this.#root.querySelector<HTMLElement>('[data-key]')?.focus();
  }

  #toggle(entry?: Choice): void {
    this.#opener = this.#focused() ?? '';
    this.#actions.toggle(entry);
  }

  #focused(): string | undefined {
    return (this.#root.activeElement as HTMLElement | null)?.dataset.key;
  }

  #button(key: string): HTMLElement | undefined {
    const buttons = this.#root.querySelectorAll<HTMLElement>('[data-key]');
    return [...buttons].find(({ dataset }) => dataset.key === key);
  }
}
