import type { Entry, Invitation, Launcher } from '../../shared/style';
import { aReception, aStyle } from '../../shared/testing';
import type { Scene, ToWindow } from '../bridge';
import type { Face } from './face';
import type { Ground } from './ground';

/** Examples for tests. */
export function aLauncher(changes: Partial<Launcher> = {}): Launcher {
  return { ...aStyle().launcher, ...changes };
}

export function anEntry(changes: Partial<Entry> = {}): Entry {
  return { kind: 'member', id: 2, name: 'Adam', department: '', standing: 'online', ...changes };
}

export function anInvitation(changes: Partial<Invitation> = {}): Invitation {
  const usual = { id: 7, by: null, title: 'Hello', text: 'May we help?', picture: '' };
  return { ...usual, manner: 'ask', ...changes };
}

export function aScene(changes: Partial<Scene> = {}): Scene {
  const scene = { launcher: aLauncher(), reception: aReception(), talks: false, invitation: null };
  return { ...scene, hostUrl: 'https://chat.test/a/host.js', ...changes };
}

export function aFace(launcher: Partial<Launcher> = {}, changes: Partial<Face> = {}): Face {
  return {
    launcher: aLauncher(launcher),
    reception: aReception(),
    origin: 'https://chat.test',
    missed: [],
    isPhone: false,
    isDark: false,
    direction: 'ltr',
    ...changes,
  };
}

/** The loader's part of a page: what it draws, and what it does when it is asked to. */
export class FakeGround implements Ground {
  readonly host = document.createElement('laike-widget');
  readonly root = this.host.attachShadow({ mode: 'open' });
  readonly bubble = document.createElement('button');
  readonly badge = document.createElement('b');
  readonly box = document.createElement('div');
  readonly told: ToWindow[] = [];
  readonly language = 'en';
  readonly config: Ground['config'];
  /** Whether the window was last opened without the keyboard. */
  quietly = false;
  readonly #listeners: [string, (data?: unknown) => void][] = [];

  constructor(launcher: Launcher = aLauncher(), plain = false) {
    const words = { en: ['', '', '', '', '', ''] as Ground['config']['words']['en'] };
    const host = 'https://chat.test/a/host.js';
    this.config = { site: 'shop', origin: 'https://chat.test', host, launcher, plain, words };
    this.badge.hidden = true;
    this.bubble.append(this.badge);
    this.root.append(this.box, this.bubble);
    document.documentElement.append(this.host);
  }

  show = (open: boolean, quietly = false): void => {
    if (open === this.host.hasAttribute('open')) return;
    this.host.toggleAttribute('open', open);
    this.quietly = quietly;
    this.emit(open ? 'open' : 'close');
  };

  tell = (message: ToWindow): void => void this.told.push(message);

  on = (name: string, listener: (data?: unknown) => void): void =>
    void this.#listeners.push([name, listener]);

  addStyles = (): void => {};

  emit(name: string): void {
    for (const [heard, listener] of this.#listeners) if (heard === name) listener();
  }

  /** The root of the launcher that stands over the page. */
  get launcher(): ShadowRoot | null {
    return this.root.querySelector('laike-launcher')?.shadowRoot ?? null;
  }

  get invitation(): ShadowRoot | null {
    return this.root.querySelector('laike-invitation')?.shadowRoot ?? null;
  }
}
