import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Found } from '../shared/events';
import { aConversation } from '../shared/testing';
import { Search } from './search';
import { groupsOf } from './searchItems';
import { aColleague, aTalk } from './testing';

const nothing: Found = {
  visitors: [],
  conversations: [],
  offline_messages: [],
  talks: [],
  colleagues: [],
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('asks once the fingers rest', async () => {
  const find = vi.fn(async () => nothing);
  const search = new Search(find);

  for (const text of ['h', 'ha', 'hat ']) search.write(text);
  await vi.advanceTimersByTimeAsync(1_000);

  expect(find.mock.calls).toEqual([['hat']]);
  expect(search.state.value).toBe('found');
});

it('listens to the newest answer only', async () => {
  const answers: ((found: Found) => void)[] = [];
  const search = new Search(() => new Promise((answer) => answers.push(answer)));
  search.write('old');
  await vi.advanceTimersByTimeAsync(300);
  search.write('new');
  await vi.advanceTimersByTimeAsync(300);

  const newest = { ...nothing, colleagues: [aColleague()] };
  answers[1]?.(newest);
  answers[0]?.(nothing);
  await vi.advanceTimersByTimeAsync(1);

  expect(search.found.value).toEqual(newest);
});

it('asks nothing for nothing, and forgets what it found', async () => {
  const find = vi.fn(async () => nothing);
  const search = new Search(find);
  search.write('hat');
  await vi.advanceTimersByTimeAsync(300);

  search.write('  ');
  await vi.advanceTimersByTimeAsync(300);

  expect(find).toHaveBeenCalledOnce();
  expect(search.found.value).toBeNull();
});

it('says so when nobody answers', async () => {
  const search = new Search(() => Promise.reject(new Error('no line')));
  search.write('hat');
  await vi.advanceTimersByTimeAsync(300);

  expect(search.state.value).toBe('failed');
});

it('leads to each thing where it is', () => {
  const groups = groupsOf(
    {
      ...nothing,
      conversations: [{ conversation: aConversation(), seq: 4, excerpt: '…a hat…' }],
      talks: [{ talk: aTalk(), seq: 2, excerpt: 'hats' }],
      colleagues: [aColleague()],
    },
    3,
  );

  expect(groups.map((group) => group.items[0]?.to)).toEqual([
    { tab: 'chats', id: 1, seq: 4 },
    { tab: 'colleagues', id: 5, seq: 2 },
    { talk_to: 9 },
  ]);
});
