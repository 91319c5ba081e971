import type { Face } from './face';
import { type Actions, type AddStyles, LauncherView } from './launcherView';

type Drawn = { view: LauncherView; as: string };

/** The same launcher in all the places where it stands. */
export class Launchers {
  readonly #drawn = new Map<ParentNode, Drawn>();
  readonly #actions: Actions;
  readonly #addStyles: AddStyles;

  constructor(actions: Actions, addStyles: AddStyles) {
    this.#actions = actions;
    this.#addStyles = addStyles;
  }

  /** Draws it where it is not yet or has changed, and takes it away everywhere else. */
  draw(places: ParentNode[], face: Face): void {
    for (const [place, { view }] of this.#drawn)
      if (!places.includes(place)) this.#drop(place, view);
    const as = JSON.stringify(face);
    for (const place of places) {
      const drawn = this.#at(place);
      // First of all, so that the window lies over it; and back again when a page has swept it away.
      if (drawn.view.element.parentNode !== place) place.prepend(drawn.view.element);
      if (drawn.as !== as) drawn.view.draw(face);
      drawn.as = as;
    }
  }

  hide(isHidden: boolean): void {
    for (const view of this.#views()) view.element.hidden = isHidden;
  }

  /** Says whether the window is open, and how many messages wait. */
  stand(isOpen: boolean, unread: string): void {
    for (const view of this.#views()) {
      view.stand(isOpen);
      view.count(unread);
    }
  }

  /** Gives the keyboard back to where the window was opened, or to the first there is. */
  focus(): void {
    const views = this.#views();
    if (!views.some((view) => view.takeBack())) views[0]?.focus();
  }

  #at(place: ParentNode): Drawn {
    const drawn = this.#drawn.get(place) ?? {
      view: new LauncherView(this.#actions, this.#addStyles),
      as: '',
    };
    this.#drawn.set(place, drawn);
    return drawn;
  }

  #drop(place: ParentNode, view: LauncherView): void {
    view.element.remove();
    this.#drawn.delete(place);
  }

  #views(): LauncherView[] {
    return [...this.#drawn.values()].map(({ view }) => view);
  }
}
