import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Refused, Unreachable } from '../shared/refusal';
import { aConversation, aMessage, syncedWith } from '../shared/testing';
import { sceneOf } from './scene';
import { type Answers, chatWith, rules, welcome } from './testing';

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

  chat.writing.write('Hello');
  chat.send([]);
  await settle();

  expect(named(asked, 'open_conversation')).toHaveLength(1);
  expect(named(asked, 'post_message')).toHaveLength(1);
  expect(chat.state.value?.messages.map(({ text }) => text)).toEqual(['Hello']);
  expect(chat.unsent.value).toEqual([]);
  expect(chat.writing.draft.value).toBe('');
});

it('keeps the token, and what was written, in the customer’s page', async () => {
  const { chat, host, push } = chatWith({ open_conversation: () => new Unreachable('') });
  push(welcome());

  chat.writing.write('Hello');
  chat.send([]);
  await settle();

  expect(host.kept('token')).toBe('token');
  expect(host.shelf.all().map(({ text }) => text)).toEqual(['Hello']);
});

it('sends what an earlier page could not', async () => {
  const before = chatWith({ open_conversation: () => new Unreachable('') });
  before.push(welcome());
  before.chat.writing.write('Hello');
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

  chat.writing.write('Hello');
  chat.send([]);
  await settle();

  expect(scene.value).toBe('offline');
  expect(chat.writing.draft.value).toBe('Hello');
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

  chat.writing.write('One more thing');
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
  const { chat, asked, catchUp } = chatWith({
    ...opens,
    state: () => welcome({ online: false }),
  });
  chat.link.value = 'polling';

  catchUp();
  await settle();

  expect(asked.map(([name]) => name)).toEqual(['state', 'view_page']);
  expect(sceneOf(chat).value).toBe('offline');
});

const waiting = () => aConversation({ state: 'waiting' });
const nina = { id: 3, name: 'Nina' };

it('knows the visitor’s place until somebody takes over', () => {
  const { chat, push } = chatWith(opens);
  push(welcome({ conversation: waiting(), queue: { place: 3, wait: null } }));
  expect(chat.queue.value?.place).toBe(3);

  push({ name: 'queue_changed', conversation_id: 1, place: 2, wait: { from: 60, to: 180 } });
  expect(chat.queue.value).toEqual({ place: 2, wait: { from: 60, to: 180 } });

  push({ name: 'conversation_accepted', conversation_id: 1, member: nina });
  expect(chat.queue.value).toBeNull();
});

it('says who had to leave when it is put back into the queue', () => {
  const { chat, push } = chatWith(opens);
  push(welcome({ conversation: aConversation({ state: 'open', member: nina }) }));

  const conversation = { ...waiting(), queued_at: '2026-03-01T09:05:00Z' };
  push({ name: 'conversation_returned', conversation });

  expect(chat.leftBy.value).toBe('Nina');
  expect(chat.state.value?.state).toBe('waiting');

  push({ name: 'conversation_accepted', conversation_id: 1, member: { id: 4, name: 'Adam' } });
  expect(chat.leftBy.value).toBeNull();
});

it('rates, and is asked no more, in every tab', async () => {
  const rating = { score: 5 as const, comment: 'Thanks', at: '2026-03-01T10:00:00Z' };
  const one = chatWith({ ...opens, rate: () => ({ rating }) });
  const other = chatWith(opens);
  for (const { push } of [one, other]) {
    push(welcome({ conversation: aConversation({ state: 'open', member: nina }) }));
    push({ name: 'rating_asked', conversation_id: 1 });
  }
  expect(one.host.kept('rating-asked')).toBe('1');

  const followed = one.chat.conversation.value;
  if (followed) await one.chat.rating.rate(followed, 5, 'Thanks');
  other.push({ name: 'conversation_rated', conversation_id: 1, rating });

  for (const { chat, host } of [one, other]) {
    expect(chat.state.value?.rating).toEqual(rating);
    expect(chat.rating.asked.value).toBeNull();
    expect(host.kept('rating-asked')).toBeNull();
  }
});

it('shows no typing before the visitor has allowed it', async () => {
  const { chat, hints, asked, push } = chatWith(opens);
  push(welcome({ conversation: waiting(), window: { ...rules, asks_consent: true } }));

  chat.writing.write('Hel');
  expect(hints).toEqual([]);

  await chat.writing.show(true);
  chat.writing.write('Hello');

  expect(named(asked, 'set_privacy')).toEqual([['set_privacy', { shows_typing: true }]]);
  expect(hints).toEqual(['Hello']);
});

it('shows what he has written already as soon as the team may see it', async () => {
  const { chat, hints, push } = chatWith(opens);
  push(welcome({ conversation: waiting(), window: { ...rules, asks_consent: true } }));

  chat.writing.write('Hello');
  push({ name: 'privacy_changed', shows_typing: true });

  expect(hints).toEqual(['Hello']);
});

it('stops showing typing at once, wherever he said so', async () => {
  const { chat, hints, push } = chatWith({ ...opens, set_privacy: () => new Unreachable('') });
  push(welcome({ conversation: waiting() }));

  await expect(chat.writing.show(false)).rejects.toThrow();
  chat.writing.write('One');
  push({ name: 'privacy_changed', shows_typing: false });
  chat.writing.write('Two');

  expect(hints).toEqual([]);
});

it('asks again when nobody heard that he allowed it', async () => {
  const { chat, push } = chatWith({ ...opens, set_privacy: () => new Unreachable('') });
  push(welcome({ window: { ...rules, asks_consent: true } }));

  await expect(chat.writing.show(true)).rejects.toThrow();

  expect(chat.writing.isShown.value).toBeNull();
});

it('hides numbers before anything leaves the browser', async () => {
  const { chat, hints, asked, push } = chatWith(opens);
  push(welcome({ conversation: waiting(), window: { ...rules, masks_numbers: true } }));
  chat.writing.write('4111 1111 1111 1111');
  expect(hints).toEqual([]);
  await vi.dynamicImportSettled();

  chat.writing.write('4111 1111 1111 1111');
  chat.send([]);
  await settle();
  await chat.leave({ text: '4111111111111111', answers: {} }, 'id');

  const said = JSON.stringify([asked, hints]);
  expect(said).toContain('•••• •••• •••• 1111');
  expect(said).not.toMatch(/4111 1111 1|4111111/);
  expect(chat.writing.hasHidden.value).toBe(true);
  expect(chat.state.value?.messages.map(({ text }) => text)).toEqual(['•••• •••• •••• 1111']);
});

it('hides numbers in what was written before the company’s wish was known', async () => {
  const { chat, asked, push } = chatWith(opens);
  chat.writing.write('4111111111111111');
  chat.send([]);

  push(welcome({ window: { ...rules, masks_numbers: true } }));
  await settle();

  expect(named(asked, 'post_message')[0]?.[1]).toMatchObject({ text: '••••••••••••1111' });
  expect(chat.state.value?.messages.map(({ text }) => text)).toEqual(['••••••••••••1111']);
});

it('takes a message while the service has never answered, and says so', async () => {
  const { chat, host, push } = chatWith(opens);
  const scene = sceneOf(chat);
  chat.start();
  expect(scene.value).toBe('connecting');

  await vi.advanceTimersByTimeAsync(5_000);
  expect(scene.value).toBe('conversation');
  chat.writing.write('Hello');
  chat.send([]);
  expect(host.shelf.all().map(({ text }) => text)).toEqual(['Hello']);

  push(welcome());
  await settle();
  expect(chat.state.value?.messages.map(({ text }) => text)).toEqual(['Hello']);
});

it('comes back as whom the customer’s page says he is, and shows him nobody else’s words', () => {
  const { chat, starts, push } = chatWith(opens);
  chat.start();
  push(welcome({ conversation: aConversation({ state: 'closed' }) }));

  chat.identify('signed');
  chat.identify('signed');
  push(welcome({ visitor: { id: 13, number: 13, name: '', verified: true } }));

  expect(starts).toEqual(['', 'signed']);
  expect(chat.state.value).toBeNull();
});

it('does not knock for nobody where an identity is required', () => {
  const { chat, starts } = chatWith(opens, {}, { requiresIdentity: true });
  const scene = sceneOf(chat);

  chat.start();
  expect(starts).toEqual([]);
  expect(scene.value).toBe('trouble');
  expect(chat.refusal?.message).toBe('Sign in on this site to chat with us.');

  chat.identify('signed');
  expect(starts).toEqual(['signed']);
});

it('tells the customer’s developers why an identity was not believed', () => {
  const { port, push } = chatWith(opens);

  push(welcome({ identity_refused: 'It has expired.' }));

  const event = { type: 'event', name: 'identity_refused', data: 'It has expired.' };
  expect(port.postMessage).toHaveBeenCalledWith(event);
});

it('forgets everything once he has been erased, also from another tab', async () => {
  const one = chatWith({ ...opens, open_conversation: () => new Unreachable('') });
  const other = chatWith({ ...opens, open_conversation: () => new Unreachable('') });
  for (const { chat, push } of [one, other]) {
    push(welcome());
    chat.writing.write('Hello');
    chat.send([]);
  }

  await one.chat.eraseMe();
  other.push({ name: 'visitor_erased', visitor_id: 12 });

  for (const { chat, host, port } of [one, other]) {
    expect(sceneOf(chat).value).toBe('erased');
    expect(host.kept('token')).toBeNull();
    expect(host.shelf.all()).toEqual([]);
    expect(port.postMessage).toHaveBeenCalledWith({ type: 'forget' });
  }
});

it('has the same draft in all tabs', () => {
  const { chat, host, port } = chatWith(opens);
  host.onMessage(() => {});

  port.onmessage?.({ data: { type: 'kept', key: 'draft', value: 'Half a' } } as MessageEvent);
  expect(chat.writing.draft.value).toBe('Half a');

  port.onmessage?.({ data: { type: 'kept', key: 'draft', value: null } } as MessageEvent);
  expect(chat.writing.draft.value).toBe('');
});

it('leaves a conversation away that the visitor has put away', () => {
  const over = welcome({ conversation: aConversation({ state: 'closed' }) });
  const { chat, host, push } = chatWith(opens);
  push(over);
  chat.startOver();

  const after = chatWith(opens, { 'put-away': host.kept('put-away') ?? '' });
  after.push(over);

  expect(after.chat.state.value).toBeNull();
});
