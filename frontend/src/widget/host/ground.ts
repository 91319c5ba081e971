import type { Launcher } from '../../shared/style';
import type { Scene, ToWindow } from '../bridge';

/** What the server puts into the loader; see widget/loaders.py. */
export type Config = {
  site: string;
  origin: string;
  /** The address of the module that draws everything but the plain bubble, absolute. */
  host: string;
  /** As `Style.launcher`, key by key in the same order: so one sees at once whether it has changed. */
  launcher: Launcher;
  /**
   * Whether the loader draws the launcher by itself: a bubble that is unlike a new company's at most in its side and its
   * accent, on which white can be read, and that is also there while the company is closed.
   */
  plain: boolean;
  /** The launcher's two labels, the frame's, and what is said while we cannot be reached, by locale. */
  words: Record<string, Words> & { en: Words };
};

export type Words = [
  open: string,
  close: string,
  frame: string,
  away: string,
  write: string,
  retry: string,
];

/** What the loader lends to the module. */
export type Ground = {
  config: Config;
  /** What the page speaks, as a language tag. */
  language: string;
  /** Holds the plain bubble and the window.  Has the attribute `open` while the window is open. */
  host: HTMLElement;
  /** `quietly`: the keyboard stays where it is. */
  show: (open: boolean, quietly?: boolean) => void;
  tell: (message: ToWindow) => void;
  on: (name: string, listener: (data?: unknown) => void) => void;
  /** The one sheet of a shadow root, also where the page allows styles only with its nonce. */
  addStyles: (root: ShadowRoot, css: string) => void;
};

export type Stage = { play: (scene: Scene) => void };

/** The module as the loader imports it. */
export type HostModule = { begin: (ground: Ground) => Stage };
