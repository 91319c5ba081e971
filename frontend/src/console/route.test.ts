import { expect, it } from 'vitest';
import { hashOf, placeIn } from './route';

it('finds its way back from the address', () => {
  for (const place of [
    { tab: 'chats', id: 17 },
    { tab: 'messages', id: null },
    { tab: 'chats', id: 17, seq: 230 },
  ] as const)
    expect(placeIn(hashOf(place))).toEqual(place);
});

it('takes what is no address for the chats', () => {
  for (const hash of ['', '#', '#/nowhere', '#/chats/x', '#/chats/-1'])
    expect(placeIn(hash)).toEqual({ tab: 'chats', id: null });
});
