import '../styles/app.css';
import './window.css';
import './preview.css';
import { render } from 'preact';
import { isRightToLeft, learn, speak } from '../shared/i18n';
import { isRecord } from '../shared/refusal';
import type { Reception, Style } from '../shared/style';
import type { Choice, ToHost, ToWindow } from './bridge';
import type { Face } from './host/face';
import { windowBottom, windowSide } from './host/placed';
import { previewLauncher } from './host/preview';
import { HostLink } from './hostLink';
import { PretendLine } from './later/pretending';
import { PLAIN } from './look';
import { VisitorChat } from './visitorChat';
import { Window } from './Window';

/** What the editor of a style sends after each change. */
type Dress = {
  type: 'dress';
  style: Style;
  reception: Reception;
  /** What the visitor's own screen is set to. */
  scheme: 'light' | 'dark';
};

const words = import.meta.glob('../i18n/*.json', { query: '?for=widget' });
const laterWords = import.meta.glob('../i18n/*.json', { query: '?for=widget/later' });
const hostWords = import.meta.glob('../i18n/*.json', { query: '?for=widget/host' });

/** Draws launcher and window of a style as visitors would get them, in a blank page and with nobody behind them (Y-21). */
function begin(page: HTMLElement, company: string): (dress: Dress) => void {
  const box = page.appendChild(document.createElement('div'));
  box.className = 'preview__window';
  const pretending = new PretendLine(company);
  let isOpen = false;
  const open = (is: boolean, entry?: Choice) => {
    isOpen = is;
    box.hidden = !is;
    port.tell({ type: is ? 'open' : 'close' });
    if (entry) port.tell({ type: 'choose', entry });
  };
  const port = portTo((message) => message.type === 'close' && open(false));
  const host = hostFor(port);
  const chat = new VisitorChat(host, settingsFor(company), pretending.line);
  const launcher = previewLauncher(page, (entry?: Choice) => open(!isOpen || !!entry, entry));
  render(<Window chat={chat} host={host} settings={settingsFor(company)} />, box);
  // Whoever sets the launcher wants to see it first.
  open(page.dataset.closed === undefined);
  return ({ style, reception, scheme }) => {
    const face = faceOf(style, reception, scheme);
    document.documentElement.style.colorScheme = scheme;
    pretending.show(schemed(style, scheme), reception);
    launcher.show(style.launcher, reception, face);
    box.style.setProperty('--preview-bottom', `${windowBottom(face)}px`);
    box.style.setProperty('--preview-side', `${windowSide(face)}px`);
    box.classList.toggle('preview__window--left', style.launcher.side === 'left');
  };
}

/** Follows the visitor's screen, as far as the style lets it. */
function schemed(style: Style, scheme: 'light' | 'dark'): Style {
  const { window } = style;
  return {
    ...style,
    window: { ...window, scheme: window.scheme === 'auto' ? scheme : window.scheme },
  };
}

function faceOf(style: Style, reception: Reception, scheme: 'light' | 'dark'): Face {
  const isPhone = matchMedia('(max-width: 480px)').matches;
  const direction = isRightToLeft(document.documentElement.lang) ? 'rtl' : 'ltr';
  const around = { isPhone, isDark: scheme === 'dark', direction } as const;
  return { ...around, launcher: style.launcher, reception, origin: location.origin, missed: [] };
}

function portTo(hear: (message: ToHost) => void) {
  const port = { postMessage: hear, onmessage: null as MessagePort['onmessage'] };
  const tell = (data: ToWindow) =>
    port.onmessage?.call(port as unknown as MessagePort, new MessageEvent('message', { data }));
  return { port, tell };
}

function hostFor({ port }: ReturnType<typeof portTo>): HostLink {
  const page = { url: location.href, title: '', referrer: '' };
  const { lang: language } = document.documentElement;
  return new HostLink(port, { language, page, open: true, kept: {}, identity: '' });
}

function settingsFor(company: string) {
  const nobody = { site: '', liveUrl: '', hostUrl: '', frameToken: '', maxUpload: 0 };
  const title = { company, ...PLAIN, title: company };
  return { ...nobody, ...title, requiresIdentity: false, isAlone: false };
}

function isDress(data: unknown): data is Dress {
  return isRecord(data) && data.type === 'dress' && isRecord(data.style);
}

async function start(page: HTMLElement): Promise<void> {
  let last: Dress | null = null;
  let show = (dress: Dress) => {
    last = dress;
  };
  addEventListener('message', ({ origin, data }: MessageEvent<unknown>) => {
    if (origin === location.origin && isDress(data)) show(data);
  });
  await speak(document.documentElement.lang, words);
  await Promise.all([learn(laterWords), learn(hostWords)]);
  show = begin(page, page.dataset.company ?? '');
  if (last) show(last);
}

const page = document.getElementById('preview');
if (page) void start(page);
