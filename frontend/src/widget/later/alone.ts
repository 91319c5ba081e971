import type { ToHost } from '../bridge';
import { HostLink } from '../hostLink';
import './alone.css';

/** The window as a page of its own (Y-20): there is no page around it, so it keeps everything itself. */
export function linkAlone(site: string): HostLink {
  const prefix = `laike:${site}:`;
  const port = { postMessage: (message: ToHost) => keep(prefix, message), onmessage: null };
  const page = { url: location.href, title: document.title, referrer: document.referrer };
  const boot = { language: navigator.language, page, open: true, kept: keptUnder(prefix) };
  document.documentElement.dataset.alone = '';
  return new HostLink(port, { ...boot, identity: '' });
}

function keep(prefix: string, message: ToHost): void {
  try {
    if (message.type === 'keep') localStorage.setItem(prefix + message.key, message.value);
    if (message.type === 'drop') localStorage.removeItem(prefix + message.key);
    if (message.type === 'forget')
      for (const key of Object.keys(keptUnder(prefix))) localStorage.removeItem(prefix + key);
  } catch {
    // A browser that stores nothing: it holds as long as the page does.
  }
}

function keptUnder(prefix: string): Record<string, string> {
  try {
    const own = Object.entries<string>(localStorage).filter(([key]) => key.startsWith(prefix));
    return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  } catch {
    return {};
  }
}
