import {
  BEGIN,
  type Boot,
  type Choice,
  type HostPage,
  READY,
  type Scene,
  type ToHost,
  type ToWindow,
} from './bridge';
import type { Config, HostModule, Stage, Words } from './host/ground';

/**
 * The one line a customer puts into his pages.  It draws the launcher, makes one hidden frame once the page is done,
 * and keeps the visitor's token where only this site's pages can read it.  Everything else happens in the frame, and what
 * else is to be seen in the page is drawn by host/main.ts, which is fetched only when there is something for it.
 */

type Command = [name: string, ...values: unknown[]];
type Api = { (...command: Command): void; q?: Command[]; ready?: true };

/** The server puts the site's settings here. */
declare const __LAIKE__: Config;

const BUBBLE =
  'M16 2.5C8.5 2.5 2.5 7.9 2.5 14.7c0 3.7 1.8 7 4.7 9.2l-.9 4.3c-.2.9.7 1.6 1.5 1.2l4.9-2.7c1.1.2 2.2.3 3.3.3 7.5 0 13.5-5.5 13.5-12.3S23.5 2.5 16 2.5Z' +
  'M16 7.2a3.7 3.7 0 0 0 0 7.4 3.7 3.7 0 0 0 0-7.4ZM9.2 21.8h13.6c-.4-4-3.2-6.2-6.8-6.2s-6.4 2.2-6.8 6.2Z';
const DOWN = 'M8 11l8 8 8-8 2 2-10 10L6 13Z';

const styles = ({ side, accent }: Config['launcher']) => `
:host{all:initial!important;position:fixed!important;z-index:2147483000!important;bottom:0!important;${side}:0!important;display:block!important}
:host([off]),[hidden]{display:none!important}
button{all:unset;box-sizing:border-box;position:fixed;${side}:20px;bottom:20px;width:60px;height:60px;border-radius:50%;background:${accent};color:#fff;cursor:pointer;display:grid;place-items:center;box-shadow:0 6px 20px #0c2a3340;forced-color-adjust:none}
:host>button:hover{transform:scale(1.05)}
button:focus-visible{outline:3px solid ${accent};outline-offset:3px;box-shadow:0 0 0 3px #fff}
form{display:grid;grid-template:auto 1fr auto/1fr 44px;gap:12px;height:100%;padding:20px;box-sizing:border-box;color-scheme:light dark;background:Canvas;color:CanvasText;font:16px/1.5 system-ui,sans-serif}
textarea{padding:12px;border:1px solid #83959b;border-radius:10px;font:inherit;resize:none}
p{margin:0}
textarea,form :last-child{grid-column:1/3}
form button{position:static;width:auto;height:44px;border-radius:10px;box-shadow:none}
form [type=button]{background:none;color:inherit;font-size:24px}
:host>button:before{content:"";width:32px;height:32px;background:#fff;clip-path:path(evenodd,"${BUBBLE}")}
:host([open])>button:before{clip-path:path("${DOWN}")}
b{position:absolute;top:-3px;right:-3px;min-width:22px;height:22px;padding:0 5px;box-sizing:border-box;border-radius:11px;background:#c4291c;color:#fff;font:700 12px/22px system-ui,sans-serif;text-align:center;box-shadow:0 0 0 2px #fff}
div{position:fixed;${side}:20px;bottom:92px;width:min(380px,calc(100vw - 40px));height:min(620px,calc(100vh - 112px));border-radius:16px;overflow:hidden;box-shadow:0 12px 40px #0c2a3340;transform-origin:bottom ${side}}
iframe{all:unset;display:block;width:100%;height:100%;color-scheme:normal}
@keyframes o{from{opacity:0;transform:translateY(12px) scale(.98)}}
@media(max-width:480px){div{inset:var(--t,0) 0 auto;width:100%;height:var(--h,100%);border-radius:0}:host([open])>button{display:none}}
@media(prefers-reduced-motion:no-preference){div{animation:o .18s ease-out}button{transition:transform .15s}}
@media print{:host{display:none!important}}`;

(() => {
  const config = __LAIKE__;
  const page = window as unknown as { laike?: Api; navigation?: EventTarget };
  const early = page.laike;
  if (early?.ready) return;

  const script = document.currentScript as HTMLScriptElement | null;
  const prefix = `laike:${config.site}:`;
  const memory: Record<string, string> = {};
  const listeners: [name: string, hears: (data?: unknown) => void][] = [];
  const unheard: ToWindow[] = [];
  let port: MessagePort | undefined;
  let isOpen = false;
  let unread = 0;
  // Read when the page is done: some pages say only then in which language they are.
  let language = 'en';
  let words: Words;
  let identity = '';

  const host = document.createElement('laike-widget');
  // Open, so that the customer's own tests and assistive tools can reach the launcher; there is nothing secret in it.
  const root = host.attachShadow({ mode: 'open' });
  const button = document.createElement('button');
  const badge = document.createElement('b');
  const box = document.createElement('div');
  let frame: HTMLIFrameElement | undefined;
  let shelter: HTMLFormElement | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  /** Whether the window has spoken since the frame was last told to load. */
  let isThere = false;
  let scene: Scene | undefined;
  let stage: Stage | undefined;

  function draw(): void {
    addStyles(root, styles(config.launcher));
    button.onclick = () => show(!isOpen);
    box.hidden = badge.hidden = true;
    button.hidden = !config.plain;
    button.append(badge);
    root.append(box, button);
    label();
    place();
  }

  /** Beside the body: what a site does to its body, moving it aside or replacing it, leaves us alone. */
  function place(): void {
    document.documentElement.append(host);
  }

  function addStyles(root: ShadowRoot, css: string): void {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    } catch {
      const style = document.createElement('style');
      style.nonce = script?.nonce ?? '';
      style.textContent = css;
      root.append(style);
    }
  }

  function label(): void {
    button.setAttribute('aria-label', words[isOpen ? 1 : 0]);
    button.setAttribute('aria-expanded', String(isOpen));
  }

  function show(open: boolean, quietly?: boolean): void {
    if (open === isOpen) return;
    isOpen = open;
    load();
    box.hidden = !open;
    host.toggleAttribute('open', open);
    label();
    if (open) {
      count(0);
      // Chromium never lets the keyboard into a frame that had the focus before its page was there.
      quietly || (shelter?.querySelector('textarea') ?? (port && frame))?.focus();
    } else button.focus();
    tell({ type: open ? 'open' : 'close', quietly });
    emit(open ? 'open' : 'close');
  }

  function count(number: number): void {
    if (number === unread) return;
    unread = number;
    badge.hidden = !unread;
    badge.textContent = unread > 9 ? '9+' : String(unread);
    emit('unread', unread);
  }

  function load(): void {
    if (frame) return;
    frame = document.createElement('iframe');
    frame.title = words[2];
    frame.allow = 'microphone;camera;display-capture;autoplay;clipboard-write;fullscreen';
    frame.referrerPolicy = 'origin';
    const mine = frame;
    const look = () => {
      if (!isThere && frame === mine) giveShelter();
      isThere = false;
    };
    // The window has spoken by then, unless it did not come; a dead line brings not even an error page.
    frame.onload = () => setTimeout(look, isThere ? 0 : 3000);
    setTimeout(() => port || look(), 15000);
    frame.src = `${config.origin}/f/${config.site}`;
    frame.hidden = !!shelter;
    box.append(frame);
  }

  /** The window cannot be fetched: says so, and keeps what is written until it can, which is tried again and again. */
  function giveShelter(): void {
    port = undefined;
    clearTimeout(retry);
    retry = setTimeout(loadAgain, 20000);
    if (frame) frame.hidden = true;
    if (shelter) return;
    shelter = document.createElement('form');
    const notice = document.createElement('p');
    const text = document.createElement('textarea');
    const again = document.createElement('button');
    const close = document.createElement('button');
    notice.setAttribute('role', 'status');
    [, , , notice.textContent, text.placeholder, again.textContent] = words;
    text.setAttribute('aria-label', text.placeholder);
    close.type = 'button';
    close.textContent = '×';
    close.setAttribute('aria-label', words[1]);
    close.onclick = () => show(false);
    text.value = kept().draft ?? '';
    text.oninput = () => keep('draft', text.value);
    shelter.onkeydown = ({ key }) => {
      if (key === 'Escape') show(false);
    };
    shelter.onsubmit = (event) => {
      event.preventDefault();
      loadAgain();
    };
    shelter.append(notice, close, text, again);
    box.append(shelter);
    if (isOpen) text.focus();
  }

  function loadAgain(): void {
    frame?.remove();
    frame = undefined;
    load();
  }

  /** The window is there, for the first time or again: give it a port of its own. */
  function welcome(event: MessageEvent): void {
    const target = frame?.contentWindow;
    if (event.origin !== config.origin || event.source !== target || event.data !== READY) return;
    const { port1, port2 } = new MessageChannel();
    const boot: Boot = { language, page: here(), open: isOpen, kept: kept(), identity };
    port = port1;
    isThere = true;
    clearTimeout(retry);
    shelter?.remove();
    shelter = undefined;
    if (frame) frame.hidden = false;
    if (isOpen && [host, document.body].includes(document.activeElement as HTMLElement))
      frame?.focus();
    port.onmessage = ({ data }) => hear(data as ToHost);
    target?.postMessage({ type: BEGIN, boot }, config.origin, [port2]);
    for (const message of unheard.splice(0)) port.postMessage(message);
  }

  function hear(message: ToHost): void {
    if (message.type === 'keep') keep(message.key, message.value);
    else if (message.type === 'drop') drop(message.key);
    else if (message.type === 'forget') forget();
    else if (message.type === 'unread') count(isOpen ? 0 : message.count);
    else if (message.type === 'event') emit(message.name, message.data);
    else if (message.type === 'close') show(false);
    else play(message.scene);
  }

  function play(now: Scene): void {
    scene = now;
    config.host = scene.hostUrl;
    if (stage) stage.play(scene);
    else if (isBeyondUs(scene)) setStage();
  }

  /** Whether the bubble is not enough for that. */
  function isBeyondUs({ launcher, reception, invitation }: Scene): boolean {
    return (
      invitation !== null ||
      reception.when_closed === 'hide' ||
      JSON.stringify(launcher) !== JSON.stringify(config.launcher)
    );
  }

  /** Fetches what draws everything but the bubble.  What cannot be fetched leaves the bubble. */
  function setStage(): void {
    const module: Promise<HostModule> = import(/* @vite-ignore */ config.host);
    module.then(
      ({ begin }) => {
        stage ??= begin({ config, language, host, show, tell, on, addStyles });
        if (scene) stage.play(scene);
      },
      () => {
        button.hidden = false;
      },
    );
  }

  function tell(message: ToWindow): void {
    if (port) port.postMessage(message);
    else unheard.push(message);
  }

  function emit(name: string, data?: unknown): void {
    for (const [heard, listener] of listeners) if (heard === name) listener(data);
  }

  function on(name: string, listener: (data?: unknown) => void): void {
    listeners.push([name, listener]);
  }

  function kept(): Record<string, string> {
    const found = { ...memory };
    try {
      for (const [key, value] of Object.entries<string>(localStorage))
        if (key.startsWith(prefix)) found[key.slice(prefix.length)] = value;
    } catch {}
    return found;
  }

  function keep(key: string, value: string): void {
    memory[key] = value;
    try {
      localStorage.setItem(prefix + key, value);
    } catch {}
  }

  function drop(key: string): void {
    delete memory[key];
    try {
      localStorage.removeItem(prefix + key);
    } catch {}
  }

  function forget(): void {
    for (const key of Object.keys(kept())) drop(key);
  }

  /** What another tab of this site keeps and drops concerns this one's window, too. */
  function followTabs(): void {
    addEventListener('storage', ({ key, newValue: value }) => {
      if (key?.startsWith(prefix)) tell({ type: 'kept', key: key.slice(prefix.length), value });
    });
  }

  function here(): HostPage {
    return { url: location.href, title: document.title, referrer: document.referrer };
  }

  function followPages(): void {
    let last = location.href;
    const look = () => {
      if (!host.isConnected) place();
      if (location.href === last) return;
      last = location.href;
      // The title follows the address a moment later.
      setTimeout(() => tell({ type: 'page', page: here() }), 100);
    };
    page.navigation?.addEventListener('navigatesuccess', look);
    addEventListener('popstate', look);
    setInterval(look, 2000);
  }

  /** On phones the window stays above the keyboard. */
  function followKeyboard(): void {
    const view = visualViewport;
    view?.addEventListener('resize', () => {
      // Who has zoomed in wants to see a part, not everything smaller.
      const height = view.scale > 1 ? '' : `${view.height}px`;
      box.style.setProperty('--h', height);
      box.style.setProperty('--t', height && `${view.offsetTop}px`);
    });
  }

  function wordsFor(wanted: string): Words {
    const chinese = /tw|hk|mo|hant/i.test(wanted) ? 'zh-Hant' : 'zh-Hans';
    const locale = wanted.slice(0, 2).toLowerCase();
    return config.words[locale === 'zh' ? chinese : locale] ?? config.words.en;
  }

  const commands: Record<string, (...values: never[]) => void> = {
    open: (entry?: Choice) => {
      show(true);
      if (entry) tell({ type: 'choose', entry });
    },
    close: () => show(false),
    toggle: () => show(!isOpen),
    hide: () => host.toggleAttribute('off', true),
    show: () => host.toggleAttribute('off', false),
    on,
    identify: (token: string) => {
      identity = token;
      if (port) tell({ type: 'identify', identity });
    },
    reset: () => {
      forget();
      identity = '';
      tell({ type: 'reset' });
    },
  };

  // Commands given before the page is done wait for it.
  let waiting: Command[] | null = early?.q ?? [];
  const api: Api = (...command) => {
    if (waiting) waiting.push(command);
    else commands[command[0]]?.(...(command.slice(1) as never[]));
  };
  api.ready = true;
  // At once, so that a second copy of the line knows that it is not needed.
  page.laike = api;

  function start(): void {
    language = script?.dataset.language || document.documentElement.lang || navigator.language;
    identity = script?.dataset.identity ?? '';
    words = wordsFor(language);
    draw();
    if (!config.plain) setStage();
    const given = waiting ?? [];
    waiting = null;
    for (const command of given) api(...command);
    addEventListener('message', welcome);
    followPages();
    followTabs();
    followKeyboard();
    const idle = window.requestIdleCallback ?? ((then: () => void) => setTimeout(then, 200));
    idle(load, { timeout: 4000 });
  }

  if (document.readyState === 'complete') start();
  else addEventListener('load', start, { once: true });
})();
