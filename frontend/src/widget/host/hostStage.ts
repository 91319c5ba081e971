import type { Launcher, Reception } from '../../shared/style';
import type { Choice, Scene } from '../bridge';
import { type Face, isForDevice, isWanted } from './face';
import type { Ground, Stage } from './ground';
import { Invited } from './invited';
import { Launchers } from './launchers';
import { remember, remembered } from './memory';
import { boxPlace, colours, windowBottom, windowSide } from './placed';
import { emptySpots, onPageChange, onSpotClick } from './spots';
import { onSurroundings, surroundings } from './surroundings';

/** Everything of ours in the customer's page beside the window, as the window tells of it. */
export class HostStage implements Stage {
  readonly #ground: Ground;
  readonly #own: LoadersOwn;
  readonly #launchers: Launchers;
  readonly #invited: Invited;
  readonly #missed = new Set<string>();
  #launcher: Launcher;
  /** Until somebody tells: as it was on the page before this one, so that nothing flickers from page to page. */
  #reception: Reception | null;
  #talks = false;
  /** What of the page's own opened the window. */
  #spot: HTMLElement | null = null;
  #stopWatching: (() => void) | null = null;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#own = loadersOwn(ground.host);
    this.#launcher = ground.config.launcher;
    this.#reception = remembered(this.#memory);
    const actions = {
      toggle: (entry?: Choice) => this.#toggle(entry),
      miss: (url: string) => this.#miss(url),
    };
    this.#launchers = new Launchers(actions, ground.addStyles);
    this.#invited = new Invited(ground, this.#own.root);
    this.#listen();
    this.draw();
  }

  play({ launcher, reception, talks, invitation }: Scene): void {
    this.#launcher = launcher;
    this.#reception = reception;
    this.#talks = talks;
    remember(this.#memory, reception);
    this.draw();
    this.#invited.invite(invitation);
  }

  /** Brings everything up to date; what is already as it should be is not touched. */
  draw(): void {
    const face = this.#face();
    const { bubble, root } = this.#own;
    const isShown = isForDevice(face) && (this.#talks || this.#isOpen || isWanted(face));
    const suffices = this.#bubbleSuffices();
    const hadKeyboard = root.activeElement === bubble;
    bubble.hidden = !(isShown && suffices);
    this.#launchers.draw(isShown && !suffices ? this.#places() : [], face);
    this.#launchers.hide(this.#ground.host.hasAttribute('off'));
    this.#stand();
    if (hadKeyboard && bubble.hidden) this.#launchers.focus();
    this.#placeWindow(suffices ? null : face);
    this.#invited.placeAt({ ...face, colours: colours(face.launcher), ...boxPlace(face) });
    this.#watch();
  }

  #listen(): void {
    const { on, host, show } = this.#ground;
    on('open', () => this.draw());
    on('close', () => {
      this.draw();
      if ([host, document.body, null].includes(document.activeElement as HTMLElement | null))
        this.#giveKeyboardBack();
    });
    on('unread', () => this.#stand());
    onSurroundings(() => this.draw());
    onSpotClick((spot) => {
      this.#spot = spot;
      show(true);
    });
    new MutationObserver(() => this.draw()).observe(host, { attributeFilter: ['off'] });
  }

  /** The loader's bubble stays as long as nothing else is asked for. */
  #bubbleSuffices(): boolean {
    const { plain, launcher } = this.#ground.config;
    return plain && JSON.stringify(launcher) === JSON.stringify(this.#launcher);
  }

  get #memory(): string {
    return `${this.#ground.config.site}:reception`;
  }

  get #isOpen(): boolean {
    return this.#ground.host.hasAttribute('open');
  }

  #face(): Face {
    const [launcher, reception, missed] = [this.#launcher, this.#reception, [...this.#missed]];
    return { ...surroundings(), origin: this.#ground.config.origin, launcher, reception, missed };
  }

  #places(): ParentNode[] {
    if (this.#launcher.place === 'inline') return emptySpots();
    return [this.#launcher.place === 'fixed' ? document.documentElement : this.#own.root];
  }

  #stand(): void {
    const { badge } = this.#own;
    this.#launchers.stand(this.#isOpen, badge.hidden ? '' : (badge.textContent ?? ''));
  }

  #toggle(entry?: Choice): void {
    this.#ground.show(entry !== undefined || !this.#isOpen);
    if (entry) this.#ground.tell({ type: 'choose', entry });
  }

  #miss(url: string): void {
    this.#missed.add(url);
    this.draw();
  }

  #giveKeyboardBack(): void {
    if (this.#spot?.isConnected) this.#spot.focus();
    else if (this.#own.bubble.hidden) this.#launchers.focus();
    this.#spot = null;
  }

  /** Where the loader put it, unless the launcher stands elsewhere; on phones it fills the screen. */
  #placeWindow(face: Face | null): void {
    const { style } = this.#own.box;
    style.inset = style.maxHeight = '';
    if (!face || face.isPhone) return;
    const [side, bottom] = [`${windowSide(face)}px`, windowBottom(face)];
    style.inset =
      face.launcher.side === 'left'
        ? `auto auto ${bottom}px ${side}`
        : `auto ${side} ${bottom}px auto`;
    style.maxHeight = `calc(100vh - ${bottom + 20}px)`;
  }

  /** In a page that changes by itself new places come up, and what we put there may be swept away. */
  #watch(): void {
    const isInPage = this.#launcher.place !== 'floating';
    if (isInPage) this.#stopWatching ??= onPageChange(() => this.draw());
    else {
      this.#stopWatching?.();
      this.#stopWatching = null;
    }
  }
}

type LoadersOwn = { root: ShadowRoot; bubble: HTMLElement; badge: HTMLElement; box: HTMLElement };

function loadersOwn(host: HTMLElement): LoadersOwn {
  const root = host.shadowRoot as ShadowRoot;
  const [bubble, badge, box] = [':host > button', 'b', 'div'].map((one) => root.querySelector(one));
  return { root, bubble, badge, box } as LoadersOwn;
}
