import { t } from '../../shared/i18n';
import type { Entry, Standing } from '../../shared/style';
import { button, element, shape } from './element';
import { type Face, isAttended, keyOf } from './face';
import type { Actions } from './launcherView';
import { remember, remembered } from './memory';
import { DOWN, shapeOf } from './shapes';

/** The agents or departments one may choose from (W-29, R-11, Y-11), with a head to fold the list under. */
export function list(
  face: Face,
  { toggle }: Actions,
  picture: HTMLImageElement | null = null,
): HTMLElement {
  const entries = face.reception?.entries ?? [];
  const items = element(
    'ul',
    { id: 'entries', role: 'list' },
    ...(entries.length ? entries.map((entry) => item(entry, toggle)) : [anybody(face, toggle)]),
  );
  const head = button('head solid', () => fold(!items.hidden, true), title(face), shape(DOWN));
  const panel = element('section', { class: 'list', 'aria-labelledby': 'title' }, head, items);
  head.dataset.key = 'head';
  head.setAttribute('aria-controls', 'entries');
  if (picture) {
    panel.prepend(picture);
    panel.classList.add('list--pictured');
  }
  // On a phone it would cover the page that somebody came to read.
  fold(remembered<boolean>('folded') ?? face.isPhone);
  return panel;

  function fold(isFolded: boolean, isChosen = false): void {
    items.hidden = isFolded;
    head.setAttribute('aria-expanded', String(!isFolded));
    panel.classList.toggle('list--folded', isFolded);
    if (isChosen) remember('folded', isFolded);
  }
}

function title({ launcher }: Face): HTMLSpanElement {
  const made = said('title', launcher.text || t('Chat with us'));
  made.id = 'title';
  return made;
}

function item(entry: Entry, toggle: Actions['toggle']): HTMLLIElement {
  const { kind, id, name, department, standing } = entry;
  const choice = kind === 'member' ? { member: id } : { department: id };
  const made = button(
    `entry entry--${standing}`,
    () => toggle(choice),
    element('span', { class: 'face solid', 'aria-hidden': 'true' }, initial(name)),
    said('name', name),
    ...(department ? [said('department', department)] : []),
    element('span', { class: 'standing' }, words(standing)),
  );
  made.dataset.key = keyOf(entry);
  return element('li', {}, made);
}

/** Where there is nobody to choose, whoever is there. */
function anybody(face: Face, toggle: Actions['toggle']): HTMLLIElement {
  const standing = isAttended(face) ? (face.reception?.standing ?? 'online') : 'offline';
  const made = button(
    `entry entry--${standing}`,
    () => toggle(),
    element('span', { class: 'face solid' }, shape(shapeOf(face.launcher))),
    said('name', face.launcher.text || t('Chat with us')),
    element('span', { class: 'standing' }, words(standing)),
  );
  made.dataset.key = made.dataset.opens = 'anybody';
  return element('li', {}, made);
}

/** Of a script of its own, on the side where the others are. */
function said(className: string, text: string): HTMLSpanElement {
  return element('span', { class: className }, element('bdi', {}, text));
}

/** One letter, or whatever somebody's name begins with. */
function initial(name: string): string {
  return [...name.trim()][0]?.toUpperCase() ?? '';
}

function words(standing: Standing): string {
  if (standing === 'online') return t('Online');
  return standing === 'busy' ? t('Busy') : t('Offline');
}
