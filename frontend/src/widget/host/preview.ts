import type { Launcher, Reception } from '../../shared/style';
import type { Choice } from '../bridge';
import type { Face } from './face';
import { isForDevice, isWanted } from './face';
import { Launchers } from './launchers';

/** What the page around it is like: not the editor's own, but the one he imagines. */
export type FakePage = { isPhone: boolean; isDark: boolean; direction: 'ltr' | 'rtl' };

export type Preview = { show: (launcher: Launcher, reception: Reception, page: FakePage) => void };

/**
 * Shows whoever edits a style its launcher in an element that stands for a page.  One that is put into the page goes into
 * an empty `[data-laike]` in there, if there is one.  `onToggle` is called when he clicks what opens the chat.
 */
export function previewLauncher(page: HTMLElement, onToggle: (entry?: Choice) => void): Preview {
  const missed = new Set<string>();
  let redraw = () => {};
  const actions = {
    toggle: onToggle,
    miss: (url: string) => {
      missed.add(url);
      redraw();
    },
  };
  const launchers = new Launchers(actions, addStyles);
  // What is fixed to the screen is fixed to this element instead.
  page.style.contain = 'layout';
  return {
    show: (launcher, reception, around) => {
      redraw = () => {
        const face = faceOf(launcher, reception, around, missed);
        launchers.draw(isForDevice(face) && isWanted(face) ? [placeIn(page, launcher)] : [], face);
        launchers.stand(false, '');
      };
      redraw();
    },
  };
}

function faceOf(
  launcher: Launcher,
  reception: Reception,
  around: FakePage,
  missed: Set<string>,
): Face {
  // On a page that is not scrolled, what stays on the page is where what stays on the screen is.
  const place = launcher.place === 'fixed' ? 'floating' : launcher.place;
  return {
    ...around,
    reception,
    launcher: { ...launcher, place },
    origin: location.origin,
    missed: [...missed],
  };
}

function placeIn(page: HTMLElement, { place }: Launcher): HTMLElement {
  return (place === 'inline' && page.querySelector<HTMLElement>('[data-laike]')) || page;
}

function addStyles(root: ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
}
