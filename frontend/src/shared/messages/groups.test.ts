import { expect, it } from 'vitest';
import { aMessage } from '../testing';
import { passagesOf } from './groups';

const nina = { kind: 'member' as const, id: 3, name: 'Nina' };
const adam = { kind: 'member' as const, id: 4, name: 'Adam' };

it('puts together what one person wrote within a minute', () => {
  const passages = passagesOf(
    [
      aMessage({ seq: 1, at: '2026-03-01T09:00:05Z' }),
      aMessage({ seq: 2, at: '2026-03-01T09:00:40Z' }),
      aMessage({ seq: 3, at: '2026-03-01T09:01:10Z' }),
      aMessage({ seq: 4, at: '2026-03-01T09:01:20Z', author: nina }),
      aMessage({ seq: 5, at: '2026-03-01T09:01:30Z', author: adam }),
    ],
    'visitor',
  );

  const groups = passages.flatMap((passage) => (passage.kind === 'group' ? [passage] : []));
  expect(groups.map((group) => group.messages.map(({ seq }) => seq))).toEqual([
    [1, 2],
    [3],
    [4],
    [5],
  ]);
  expect(groups.map((group) => group.mine)).toEqual([true, true, false, false]);
});

it('begins each day with its name', () => {
  const passages = passagesOf(
    [
      aMessage({ seq: 1, at: '2026-03-01T12:00:00Z' }),
      aMessage({ seq: 2, at: '2026-03-02T12:00:00Z' }),
    ],
    'team',
  );

  expect(passages.map(({ kind }) => kind)).toEqual(['day', 'group', 'day', 'group']);
});

it('lets what nobody said stand alone', () => {
  const system = { kind: 'system' as const, id: null, name: '' };

  const passages = passagesOf([aMessage({ seq: 1 }), aMessage({ seq: 2, author: system })], 'team');

  expect(passages.map(({ kind }) => kind)).toEqual(['day', 'group', 'notice']);
});

it('keeps what is said by itself in somebody’s name apart from what he writes', () => {
  const automatic = { kind: 'system' as const, id: 4, name: 'Adam' };

  const passages = passagesOf(
    [aMessage({ seq: 1, author: automatic }), aMessage({ seq: 2, author: adam })],
    'visitor',
  );

  const groups = passages.flatMap((passage) => (passage.kind === 'group' ? [passage] : []));
  expect(groups.map(({ author, mine }) => [author.kind, mine])).toEqual([
    ['system', false],
    ['member', false],
  ]);
});
