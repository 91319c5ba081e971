import { vi } from 'vitest';
import type { ServerEvent, Welcome } from '../shared/events';
import { aReception, aStyle } from '../shared/testing';
import { HostLink } from './hostLink';
import { PLAIN } from './look';
import type { FrameSettings } from './settings';
import { VisitorChat } from './visitorChat';

export type Answers = Record<string, (data: Record<string, unknown>) => unknown>;

/** What the server wrote into the frame's page. */
export const settings: FrameSettings = {
  site: 'x',
  company: 'Acme',
  ...PLAIN,
  title: 'Acme',
  liveUrl: '',
  hostUrl: 'https://chat.example/a/host.js',
  frameToken: 'f',
  maxUpload: 100,
  requiresIdentity: false,
  isAlone: false,
};
export const rules = {
  max_upload: 100,
  masks_numbers: false,
  asks_consent: false,
  shows_previous: true,
  may_erase: true,
  takes_ratings: true,
};
export const welcome = (changes: Partial<Welcome> = {}): ServerEvent => ({
  name: 'welcome',
  visitor_token: 'token',
  visitor: { id: 12, number: 12, name: '', verified: false },
  conversation: null,
  online: true,
  company: { name: 'Acme' },
  queue: null,
  window: rules,
  shows_typing: null,
  identity_refused: null,
  style: aStyle(),
  reception: aReception(),
  must_register: false,
  invitation_rules: [],
  invitation: null,
  ...changes,
});

/** A visitor's chat whose server is the test: how it is asked, how it answers, what it pushes. */
export function chatWith(
  answers: Answers,
  kept: Record<string, string> = {},
  changes: Partial<typeof settings> = {},
) {
  const asked: [string, Record<string, unknown>][] = [];
  const listeners: ((event: ServerEvent) => void)[] = [];
  const catchUps: (() => void)[] = [];
  const hints: string[] = [];
  const starts: string[] = [];
  const port = { postMessage: vi.fn() } as unknown as MessagePort;
  const page = { url: 'https://shop.example/', title: 'Shop', referrer: '' };
  const host = new HostLink(port, { language: 'en', page, open: true, kept, identity: '' });
  const line = {
    ask: async (name: string, data: Record<string, unknown>) => {
      asked.push([name, data]);
      const answer = answers[name]?.(data) ?? {};
      if (answer instanceof Error) throw answer;
      return answer;
    },
    hint: (_name: string, data: { text: string }) => hints.push(data.text),
    onEvent: (listener: (event: ServerEvent) => void) => {
      listeners.push(listener);
      return () => {};
    },
    onState: () => () => {},
    onCatchUp: (listener: () => void) => {
      catchUps.push(listener);
      return () => {};
    },
    start: () => starts.push(host.identity),
    stop: () => {},
    refusal: null,
  } as unknown as ConstructorParameters<typeof VisitorChat>[2];
  const chat = new VisitorChat(host, { ...settings, ...changes }, line);
  chat.link.value = 'live';
  const push = (event: ServerEvent) => {
    for (const listener of listeners) listener(event);
  };
  return { chat, host, port, asked, hints, starts, push, catchUp: () => catchUps[0]?.() };
}
