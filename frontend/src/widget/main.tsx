import '../styles/app.css';
import './window.css';
import { render } from 'preact';
import { learn, speak } from '../shared/i18n';
import { beforeLazyParts } from '../shared/lazily';
import { linkToHost, originOfHost } from './hostLink';
import { wear } from './look';
import { settingsOf } from './settings';
import { VisitorChat } from './visitorChat';
import { Window } from './Window';

const words = import.meta.glob('../i18n/*.json', { query: '?for=widget' });
const laterWords = import.meta.glob('../i18n/*.json', { query: '?for=widget/later' });

async function open(app: HTMLElement): Promise<void> {
  const settings = settingsOf(app);
  wear(settings);
  const host = settings.isAlone
    ? (await import('./later/alone')).linkAlone(settings.site)
    : await linkToHost(originOfHost());
  await speak(host.boot.language, words);
  beforeLazyParts(() => learn(laterWords));
  const chat = new VisitorChat(host, settings);
  render(<Window chat={chat} host={host} settings={settings} />, app);
  chat.start();
}

const app = document.getElementById('app');
if (app) void open(app);
