import '../styles/app.css';
import './console.css';
import { render } from 'preact';
import { speak } from '../shared/i18n';
import { Console } from './Console';
import { configOf } from './config';
import { Desk } from './desk';
import { watchIdleness } from './idleness';

const words = import.meta.glob('../i18n/*.json', { query: '?for=console' });

async function open(element: HTMLElement): Promise<void> {
  const config = configOf(element);
  await speak(config.language, words);
  const desk = new Desk(config);
  render(<Console desk={desk} />, element);
  desk.start();
  watchIdleness({
    minutes: config.idle_minutes,
    becomes: config.idle_presence ?? 'away',
    storage: localStorage,
    key: `laike:${config.company.id}:${config.me.id}:touched`,
    presence: () => desk.presence.peek(),
    choose: (presence) => void desk.choosePresence(presence),
  });
}

const element = document.getElementById('console');
if (element) void open(element);
