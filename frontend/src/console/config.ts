import type { Person, Presence } from '../shared/events';

/** What the page was made with; see console/pages.py. */
export type ConsoleConfig = {
  live_url: string;
  public_url: string;
  language: string;
  handshake: string;
  csrf: string;
  company: Person;
  me: Person & { number: string; presence: Presence };
  permissions: string[];
  site_key: string | null;
  max_upload_mb: number;
  idle_minutes: number;
  /** What an idle agent becomes, if the company has chosen. */
  idle_presence?: 'away' | 'busy';
};

export function configOf(element: HTMLElement): ConsoleConfig {
  return JSON.parse(element.dataset.config ?? '{}') as ConsoleConfig;
}
