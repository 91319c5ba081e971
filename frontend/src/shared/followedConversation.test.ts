import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isWhole } from './conversation';
import type { ServerEvent } from './events';
import { FollowedConversation, type Line } from './followedConversation';
import { Refused, Unreachable } from './refusal';
import { aConversation, aMessage, syncedWith } from './testing';

const posted = (seq: number): ServerEvent => ({ name: 'message_posted', ...aMessage({ seq }) });

function lineTo(answers: { sync?: (after: number) => unknown; head?: () => unknown } = {}) {
  const asked: [string, unknown][] = [];
  const hints: string[] = [];
  let push: (event: ServerEvent) => void = () => {};
  let catchUp: () => void = () => {};
  const line = {
    ask: async (name: string, data: { after?: number }) => {
      asked.push([name, data]);
      if (name === 'sync') return answers.sync?.(data.after ?? 0);
      return name === 'confirm_head' ? answers.head?.() : {};
    },
    hint: (_name: string, data: { text: string }) => hints.push(data.text),
    onEvent: (listener: typeof push) => {
      push = listener;
      return () => {};
    },
    onCatchUp: (listener: typeof catchUp) => {
      catchUp = listener;
      return () => {};
    },
  } as unknown as Line;
  return {
    line,
    asked,
    hints,
    push: (event: ServerEvent) => push(event),
    catchUp: () => catchUp(),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const seqs = (followed: FollowedConversation) =>
  followed.state.value.messages.map(({ seq }) => seq);

it('waits a moment for a missing message before it asks', async () => {
  const { line, asked, push } = lineTo();
  const followed = new FollowedConversation(line, 'visitor', aConversation());

  push(posted(2));
  await vi.advanceTimersByTimeAsync(200);
  push(posted(1));
  await vi.advanceTimersByTimeAsync(1000);

  expect(seqs(followed)).toEqual([1, 2]);
  expect(asked).toEqual([]);
});

it('asks for what did not come', async () => {
  const { line, asked, push } = lineTo({
    sync: () => syncedWith([aMessage({ seq: 2 }), aMessage({ seq: 3 })], 3),
  });
  const followed = new FollowedConversation(line, 'visitor', aConversation());

  push(posted(1));
  push(posted(3));
  await vi.advanceTimersByTimeAsync(260);

  expect(asked).toEqual([['sync', { conversation_id: 1, after: 1 }]]);
  expect(seqs(followed)).toEqual([1, 2, 3]);
});

it('asks when the heartbeat knows of more', async () => {
  const { line, push } = lineTo({
    sync: () => syncedWith([aMessage()], 1),
  });
  const followed = new FollowedConversation(line, 'visitor', aConversation());

  push({ name: 'heads', heads: { '1': 1 } });
  await vi.advanceTimersByTimeAsync(260);

  expect(seqs(followed)).toEqual([1]);
});

it('fetches page after page when it comes back', async () => {
  const { line, catchUp } = lineTo({
    sync: (after) => syncedWith([aMessage({ seq: after + 1 })], 3, after < 2),
  });
  const followed = new FollowedConversation(line, 'visitor', aConversation());

  catchUp();
  await vi.advanceTimersByTimeAsync(0);

  expect(seqs(followed)).toEqual([1, 2, 3]);
});

it('does not hammer a server that cannot give what it promises', async () => {
  const { line, asked, push } = lineTo({
    sync: () => syncedWith([], 9),
  });
  new FollowedConversation(line, 'visitor', aConversation());

  push({ name: 'heads', heads: { '1': 9 } });
  await vi.advanceTimersByTimeAsync(60_000);

  expect(asked.length).toBeLessThan(12);
});

it('keeps what it has when nobody answers', async () => {
  const { line, push, catchUp } = lineTo({
    sync: () => {
      throw new Unreachable('sync');
    },
  });
  const followed = new FollowedConversation(line, 'visitor', aConversation());

  push(posted(1));
  catchUp();
  await vi.advanceTimersByTimeAsync(0);

  expect(seqs(followed)).toEqual([1]);
});

it('tells once that everything was read', () => {
  const { line, asked, push } = lineTo();
  const followed = new FollowedConversation(line, 'team', aConversation());
  push(posted(1));

  followed.read();
  followed.read();

  expect(asked).toEqual([['read', { conversation_id: 1, seq: 1 }]]);
});

it('shows typing a few times a second, and the last word always', async () => {
  const { line, hints } = lineTo();
  const followed = new FollowedConversation(line, 'visitor', aConversation());

  for (const text of ['H', 'He', 'Hel', 'Hell', 'Hello']) followed.type(text);
  await vi.advanceTimersByTimeAsync(1000);

  expect(hints).toEqual(['H', 'Hello']);
});

it('does not tell a visitor that an emptied box is being written in', async () => {
  const { line, hints } = lineTo();
  const followed = new FollowedConversation(line, 'team', aConversation());

  followed.type('Yes');
  followed.type('');
  await vi.advanceTimersByTimeAsync(1000);

  expect(hints).toEqual(['Yes']);
});

it('shows nothing more of what has been sent meanwhile', async () => {
  const { line, hints } = lineTo();
  const followed = new FollowedConversation(line, 'visitor', aConversation());

  followed.type('He');
  followed.type('Hello');
  followed.endTyping();
  await vi.advanceTimersByTimeAsync(1000);

  expect(hints).toEqual(['He']);
});

it('forgets that someone was typing', async () => {
  const { line, push } = lineTo();
  const followed = new FollowedConversation(line, 'visitor', aConversation());
  const author = { kind: 'member' as const, id: 3, name: 'Nina' };

  push({ name: 'typing_changed', conversation_id: 1, side: 'team', author, text: '' });
  expect(followed.state.value.typing.team?.author).toEqual(author);
  await vi.advanceTimersByTimeAsync(6_500);

  expect(followed.state.value.typing.team).toBeNull();
});

const named = (asked: [string, unknown][], name: string) =>
  asked.filter(([one]) => one === name).map(([, data]) => data);

it('confirms in a quiet moment that it holds everything', async () => {
  const { line, asked, push } = lineTo({ head: () => ({ last_seq: 2 }) });
  const followed = new FollowedConversation(line, 'visitor', aConversation());

  push(posted(1));
  await vi.advanceTimersByTimeAsync(1_500);
  push(posted(2));
  await vi.advanceTimersByTimeAsync(1_500);
  expect(named(asked, 'confirm_head')).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);

  expect(named(asked, 'confirm_head')).toEqual([{ conversation_id: 1, seq: 2 }]);
  expect(followed.confirmed).toEqual({ visitor: 2, team: 0 });
});

it('knows that nothing is lost once both sides have said so', async () => {
  const { line, push } = lineTo({ head: () => ({ last_seq: 1 }) });
  const followed = new FollowedConversation(line, 'team', aConversation());

  push(posted(1));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(isWhole(followed.state.value)).toBe(false);
  push({ name: 'conversation_confirmed', conversation_id: 1, side: 'visitor', seq: 1 });
  expect(isWhole(followed.state.value)).toBe(true);
  push(posted(2));

  expect(isWhole(followed.state.value)).toBe(false);
});

it('fetches what the server turns out to have when it confirms', async () => {
  const { line, push } = lineTo({
    head: () => ({ last_seq: 2 }),
    sync: () => syncedWith([aMessage({ seq: 2 })], 2),
  });
  const followed = new FollowedConversation(line, 'visitor', aConversation());

  push(posted(1));
  await vi.advanceTimersByTimeAsync(2_500);

  expect(seqs(followed)).toEqual([1, 2]);
});

it('confirms again when nobody answered, and not when it was refused', async () => {
  const problems = [new Unreachable('confirm_head'), new Refused('not_found', '')];
  const { line, asked, push, catchUp } = lineTo({
    head: () => Promise.reject(problems.shift()),
    sync: () => syncedWith([], 1),
  });
  new FollowedConversation(line, 'visitor', aConversation());
  push(posted(1));
  await vi.advanceTimersByTimeAsync(2_000);

  for (const _ of [1, 2]) {
    catchUp();
    await vi.advanceTimersByTimeAsync(10_000);
  }

  expect(named(asked, 'confirm_head')).toHaveLength(2);
});

it('reports a hole that asking does not fill, once', async () => {
  const { line, asked, push } = lineTo({ sync: () => syncedWith([], 4) });
  new FollowedConversation(line, 'visitor', aConversation());

  push(posted(1));
  push(posted(4));
  await vi.advanceTimersByTimeAsync(60_000);

  expect(named(asked, 'report_gap')).toEqual([{ conversation_id: 1, after: 1, before: 4 }]);
});

it('waits no longer for a missing message because there was nothing new before', async () => {
  const { line, push, catchUp } = lineTo({
    sync: (after) => syncedWith(after < 1 ? [] : [aMessage({ seq: 2 })], after < 1 ? 0 : 3),
  });
  const followed = new FollowedConversation(line, 'visitor', aConversation());
  for (const _ of [1, 2, 3, 4, 5]) {
    catchUp();
    await vi.advanceTimersByTimeAsync(0);
  }

  push(posted(1));
  push(posted(3));
  await vi.advanceTimersByTimeAsync(260);

  expect(seqs(followed)).toEqual([1, 2, 3]);
});
