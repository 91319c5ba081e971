import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Posted } from './events';
import { Outbox, type Shelf, shelfIn, type Unsent, unsentIn } from './outbox';
import { Refused, Unreachable } from './refusal';

function shelf(): Shelf & { kept: Map<string, Unsent> } {
  const kept = new Map<string, Unsent>();
  return {
    kept,
    all: () => [...kept.values()],
    keep: (unsent) => void kept.set(unsent.client_id, unsent),
    drop: (client_id) => void kept.delete(client_id),
  };
}

/** A server that answers when told to. */
function server() {
  const under_way: {
    unsent: Unsent;
    answer: (posted: Posted) => void;
    fail: (problem: Error) => void;
  }[] = [];
  const send = (unsent: Unsent) =>
    new Promise<Posted>((answer, fail) => under_way.push({ unsent, answer, fail }));
  return { under_way, send };
}

const place = (seq: number): Posted => ({ seq, message_id: seq, at: '2026-03-01T09:00:00Z' });
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('has one message per conversation under way, in the order they were written', async () => {
  const { under_way, send } = server();
  const outbox = new Outbox({ shelf: shelf(), send, onSent: () => {}, onChange: () => {} });

  outbox.post(1, { text: 'first' });
  outbox.post(1, { text: 'second' });
  outbox.post(2, { text: 'elsewhere' });

  expect(under_way.map(({ unsent }) => unsent.text)).toEqual(['first', 'elsewhere']);

  under_way[0]?.answer(place(1));
  await settle();

  expect(under_way.map(({ unsent }) => unsent.text)).toEqual(['first', 'elsewhere', 'second']);
  expect(outbox.unsent.map(({ text }) => text)).toEqual(['second', 'elsewhere']);
});

it('sends the same id again when nobody answered', async () => {
  const { under_way, send } = server();
  const outbox = new Outbox({ shelf: shelf(), send, onSent: () => {}, onChange: () => {} });
  outbox.post(1, { text: 'hello' });

  under_way[0]?.fail(new Unreachable('post_message'));
  await settle();
  outbox.flush();

  expect(under_way).toHaveLength(2);
  expect(under_way[1]?.unsent.client_id).toBe(under_way[0]?.unsent.client_id);
});

it('tries by itself after a while', async () => {
  const { under_way, send } = server();
  const outbox = new Outbox({ shelf: shelf(), send, onSent: () => {}, onChange: () => {} });
  outbox.post(1, { text: 'hello' });

  under_way[0]?.fail(new Refused('too_fast', 'Slower.'));
  await vi.advanceTimersByTimeAsync(2_100);

  expect(under_way).toHaveLength(2);
});

it('outlives the page', () => {
  const kept = shelf();
  const before = new Outbox({
    shelf: kept,
    send: server().send,
    onSent: () => {},
    onChange: () => {},
  });
  const written = before.post(1, { text: 'still here' });

  const { under_way, send } = server();
  const outbox = new Outbox({ shelf: kept, send, onSent: () => {}, onChange: () => {} });
  outbox.flush();

  expect(under_way[0]?.unsent).toEqual(written);
});

it('keeps a refused message with the reason and goes on with the next', async () => {
  const { under_way, send } = server();
  const kept = shelf();
  const outbox = new Outbox({ shelf: kept, send, onSent: () => {}, onChange: () => {} });
  const refused = outbox.post(1, { text: 'too long' });
  outbox.post(1, { text: 'fine' });

  under_way[0]?.fail(new Refused('too_long', 'At most 4000 characters.'));
  await settle();

  expect(outbox.unsent[0]?.refusal).toBe('At most 4000 characters.');
  expect(under_way[1]?.unsent.text).toBe('fine');

  outbox.remove(refused.client_id);

  expect([...kept.kept.values()].map(({ text }) => text)).toEqual(['fine']);
});

it('gives what was written before the conversation existed to the conversation', async () => {
  const { under_way, send } = server();
  const outbox = new Outbox({ shelf: shelf(), send, onSent: () => {}, onChange: () => {} });
  outbox.post(null, { text: 'hello' });
  expect(under_way).toEqual([]);

  outbox.adopt(null, 5);

  expect(under_way[0]?.unsent).toMatchObject({ text: 'hello', conversation_id: 5 });
});

it('takes what a closed conversation would not have to the next one', async () => {
  const { under_way, send } = server();
  const onGone = (conversation_id: number | null) => outbox.adopt(conversation_id, null);
  const outbox: Outbox = new Outbox({
    shelf: shelf(),
    send,
    onSent: () => {},
    onChange: () => {},
    onGone,
  });
  outbox.post(1, { text: 'one more thing' });

  under_way[0]?.fail(new Refused('conversation_closed', 'This conversation has ended.'));
  await settle();

  expect(outbox.unsent[0]).toMatchObject({ conversation_id: null, refusal: null });
});

it('lets nothing overtake what waits for a conversation that has ended meanwhile', async () => {
  const { under_way, send } = server();
  const onGone = (conversation_id: number | null) => outbox.adopt(conversation_id, 2);
  const outbox: Outbox = new Outbox({
    shelf: shelf(),
    send,
    onSent: () => {},
    onChange: () => {},
    onGone,
  });
  outbox.post(1, { text: 'first' });
  outbox.post(2, { text: 'second' });
  expect(under_way).toHaveLength(1);

  under_way[0]?.fail(new Refused('conversation_closed', 'This conversation has ended.'));
  await settle();
  under_way[1]?.answer(place(1));
  await settle();

  expect(under_way.map(({ unsent }) => [unsent.text, unsent.conversation_id])).toEqual([
    ['first', 1],
    ['first', 2],
    ['second', 2],
  ]);
});

it('reads back what it stored, and nothing else', () => {
  localStorage.clear();
  const unsent = {
    client_id: 'a',
    conversation_id: 1,
    text: 'x',
    file: null,
    at: '2026',
    refusal: null,
  };
  const shelf = shelfIn(localStorage, 'laike:unsent:');
  localStorage.setItem('laike:unsent:broken', '{"client_id": 7');
  localStorage.setItem('other', 'theirs');

  shelf.keep(unsent);

  expect(shelf.all()).toEqual([unsent]);
  expect(unsentIn('[]')).toEqual([]);
});
