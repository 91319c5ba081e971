import { expect, test, vi } from 'vitest';
import type { Why } from '../shared/events';
import { Whys } from './whys';

const li: Why = {
  at: '2026-03-01T09:00:00Z',
  member: { id: 9, name: 'Adam' },
  by: null,
  rule: 'turn',
  sentences: ['In turn.'],
  candidates: [],
  exclusions: [],
  returned_because: null,
};

test('shows why the conversation on the screen went where it went', async () => {
  const whys = new Whys(async () => ({ assignments: [li] }));

  whys.open(4);

  await vi.waitFor(() => expect(whys.all.value).toEqual([li]));
});

test('asks again when it goes to somebody else, and only then', async () => {
  const fetch = vi.fn(async () => ({ assignments: [li] }));
  const whys = new Whys(fetch);
  whys.open(4);
  await vi.waitFor(() => expect(whys.all.value).not.toBeNull());

  const accepted = { name: 'conversation_accepted', member: { id: 3, name: 'Nina' } } as const;
  whys.hear({ ...accepted, conversation_id: 5 });
  whys.hear({ ...accepted, conversation_id: 4 });

  expect(fetch).toHaveBeenCalledTimes(2);
});

test('what comes late for another conversation is not shown', async () => {
  const answers = new Map<number, (assignments: Why[]) => void>();
  const whys = new Whys(
    (id) => new Promise((resolve) => answers.set(id, (assignments) => resolve({ assignments }))),
  );
  whys.open(4);
  whys.open(5);

  answers.get(5)?.([li]);
  answers.get(4)?.([]);

  await vi.waitFor(() => expect(whys.all.value).toEqual([li]));
});
