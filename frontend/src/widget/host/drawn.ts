import { t } from '../../shared/i18n';
import { button, element, shape } from './element';
import { type Face, isAttended, kindOf, pictureOf } from './face';
import type { Actions } from './launcherView';
import { list } from './list';
import { stepsAside } from './placed';
import { DOWN, shapeOf } from './shapes';

/** A launcher of its kind. */
export function drawn(face: Face, actions: Actions): HTMLDivElement {
  const kind = kindOf(face);
  const { place, at } = face.launcher;
  const isText = kind === 'text';
  const made = element(
    'div',
    { class: 'launcher card', dir: face.direction },
    ...parts[kind](face, actions),
  );
  made.classList.toggle('card--dark', face.isDark);
  made.classList.toggle('launcher--aside', stepsAside(face));
  // Along the edge, as signs beside a road: a line of Chinese reads well that way, and takes little room.
  made.classList.toggle('launcher--upright', isText && place === 'floating' && at === 'middle');
  made.classList.toggle('launcher--words', isText && place !== 'floating');
  return made;
}

const parts: Record<Face['launcher']['kind'], (face: Face, actions: Actions) => HTMLElement[]> = {
  bubble: ({ launcher }, { toggle }) => {
    const up = shape(shapeOf(launcher));
    return [opening('bubble solid', toggle, t('Open chat'), up, shape(DOWN))];
  },
  picture: (face, { toggle, miss }) => [
    opening('picture', toggle, t('Open chat'), pictureIn(face, miss)),
  ],
  text: (face, { toggle }) => [
    opening('text solid', toggle, '', shape(shapeOf(face.launcher)), said(face)),
  ],
  list: (face, actions) => [list(face, actions)],
  group: (face, actions) => [
    list(face, actions, pictureOf(face) ? pictureIn(face, actions.miss) : null),
  ],
  none: () => [],
};

/** A button that opens the window; named by what stands in it, unless that is no words. */
function opening(
  className: string,
  toggle: Actions['toggle'],
  label: string,
  ...children: (Node | string)[]
): HTMLButtonElement {
  const made = button(className, () => toggle(), ...children);
  made.dataset.key = made.dataset.opens = className;
  if (label) made.setAttribute('aria-label', label);
  return made;
}

function said(face: Face): HTMLSpanElement {
  const ours = isAttended(face) ? t('Chat with us') : t('Leave a message');
  return element('span', { dir: 'auto' }, face.launcher.text || ours);
}

/** Seen when it has come, so that nothing grows before one's eyes. */
function pictureIn(face: Face, miss: Actions['miss']): HTMLImageElement {
  const url = pictureOf(face);
  const image = element('img', { alt: '', hidden: '', decoding: 'async' });
  image.onload = () => image.removeAttribute('hidden');
  image.onerror = () => miss(url);
  image.src = url;
  return image;
}
