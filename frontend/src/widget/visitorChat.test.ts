import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ServerEvent, Welcome } from '../shared/events';
import { Refused, Unreachable } from '../shared/refusal';
import { aConversation, aMessage, syncedWith } from '../shared/testing';
import { HostLink } from './hostLink';
import { sceneOf, VisitorChat } from './visitorChat';

type Answers = Record<string, (data: Record<string, unknown>) => unknown>;

const settings = { site: 'x', company: 'Acme', liveUrl: '', frameToken: 'f', maxUpload: 100 };
const welcome = (changes: Partial<Welcome> = {}): ServerEvent => ({
  name: 'welcome',
  visitor_token: 'token',
  visitor: { id: 12, number: 12, name: '' },
  conversation: null,
  online: true,
  company: { name: 'Acme' },
  ...changes,
});

function chatWith(answers: Answers, kept: Record<string, string> = {}) {
  const asked: [string, Record<string, unknown>][] = [];
  const listeners: ((event: ServerEvent) => void)[] = [];
  const catchUps: (() => void)[] = [];
  const port = { postMessage: vi.fn() } as unknown as MessagePort;
  const page = { url: 'https://shop.example/', title: 'Shop', referrer: '' };
  const host = new HostLink(port, { language: 'en', page, open: true, kept });
  const line = {
    ask: async (name: string, data: Record<string, unknown>) => {
      asked.push([name, data]);
      const answer = answers[name]?.(data) ?? {};
      if (answer instanceof Error) throw answer;
      return answer;
    },
    hint: () => {},
    onEvent: (listener: (event: ServerEvent) => void) => {
      listeners.push(listener);
      return () => {};
    },
    onState: () => () => {},
    onCatchUp: (listener: () => void) => {
      catchUps.push(listener);
      return () => {};
    },
    start: () => {},
    stop: () => {},
    refusal: null,
  } as unknown as ConstructorParameters<typeof VisitorChat>[2];
  const chat = new VisitorChat(host, settings, line);
  chat.link.value = 'live';
  const push = (event: ServerEvent) => {
    for (const listener of listeners) listener(event);
  };
  return { chat, host, asked, push, catchUp: () => catchUps[0]?.() };
}

const posted = { seq: 1, message_id: 5, at: '2026-03-01T09:00:00Z' };
const opens: Answers = {
  open_conversation: () => ({ conversation: aConversation() }),
  post_message: () => posted,
  sync: () => syncedWith([], 0),
};
const settle = () => vi.advanceTimersByTimeAsync(0);
const named = (asked: [string, Record<string, unknown>][], name: string) =>
  asked.filter(([one]) => one === name);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('opens a conversation with the first message, and sends it once', async () => {
  const { chat, asked, push } = chatWith(opens);
  push(welcome());

  chat.write('Hello');
  chat.send([]);
  await settle();

  expect(named(asked, 'open_conversation')).toHaveLength(1);
  expect(named(asked, 'post_message')).toHaveLength(1);
  expect(chat.state.value?.messages.map(({ text }) => text)).toEqual(['Hello']);
  expect(chat.unsent.value).toEqual([]);
  expect(chat.draft.value).toBe('');
});

it('keeps the token, and what was written, in the customer’s page', async () => {
  const { chat, host, push } = chatWith({ open_conversation: () => new Unreachable('') });
  push(welcome());

  chat.write('Hello');
  chat.send([]);
  await settle();

  expect(host.kept('token')).toBe('token');
  expect(host.shelf.all().map(({ text }) => text)).toEqual(['Hello']);
});

it('sends what an earlier page could not', async () => {
  const before = chatWith({ open_conversation: () => new Unreachable('') });
  before.push(welcome());
  before.chat.write('Hello');
  before.chat.send([]);
  await settle();
  const [left = null] = before.host.shelf.all();

  const { chat, asked, push } = chatWith(opens, { 'unsent:a': JSON.stringify(left) });
  expect(sceneOf(chat).value).toBe('conversation');
  push(welcome());
  await settle();

  expect(named(asked, 'post_message')).toEqual([
    ['post_message', { conversation_id: 1, client_id: left?.client_id, text: 'Hello' }],
  ]);
});

it('turns the message into a note when nobody is there after all', async () => {
  const nobody = () => new Refused('nobody_is_here', 'Nobody is here.');
  const { chat, push } = chatWith({ open_conversation: nobody });
  const scene = sceneOf(chat);
  push(welcome());

  chat.write('Hello');
  chat.send([]);
  await settle();

  expect(scene.value).toBe('offline');
  expect(chat.draft.value).toBe('Hello');
  expect(chat.unsent.value).toEqual([]);
});

it('goes on in a new conversation when the old one has just ended', async () => {
  const conversations = [aConversation({ id: 1 }), aConversation({ id: 2 })];
  const { chat, asked, push } = chatWith({
    ...opens,
    open_conversation: () => ({ conversation: conversations[1] }),
    post_message: ({ conversation_id }) =>
      conversation_id === 1 ? new Refused('conversation_closed', 'Ended.') : posted,
  });
  push(welcome({ conversation: conversations[0] ?? null }));

  chat.write('One more thing');
  chat.send([]);
  await settle();

  const [first, second] = named(asked, 'post_message').map(([, data]) => data);
  expect(first).toMatchObject({ conversation_id: 1 });
  expect(second).toMatchObject({ ...first, conversation_id: 2 });
  expect(chat.state.value?.id).toBe(2);
});

it('shows what the team wrote, and leaves the ended conversation where it is', () => {
  const { chat, push } = chatWith(opens);
  push(welcome({ conversation: aConversation() }));

  push({
    name: 'message_posted',
    ...aMessage({ seq: 1, author: { kind: 'member', id: 3, name: 'Nina' } }),
  });
  push({
    name: 'conversation_closed',
    conversation_id: 1,
    by: { kind: 'member', id: 3, name: 'Nina' },
    at: '2026-03-01T10:00:00Z',
  });
  push(welcome());

  expect(chat.state.value?.state).toBe('closed');
  expect(chat.state.value?.messages).toHaveLength(1);

  chat.startOver();
  expect(chat.state.value).toBeNull();
});

it('asks for the welcome while websockets are blocked', async () => {
  const { chat, asked, catchUp } = chatWith({ ...opens, state: () => welcome({ online: false }) });
  chat.link.value = 'polling';

  catchUp();
  await settle();

  expect(asked.map(([name]) => name)).toEqual(['state', 'view_page']);
  expect(sceneOf(chat).value).toBe('offline');
});
