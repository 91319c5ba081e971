import { describe, expect, it } from 'vitest';
import { aConversation, aMessage } from '../shared/testing';
import {
  byPlace,
  groupOf,
  moodOf,
  type Row,
  renewed,
  rowAfter,
  rowOf,
  unreadIn,
  waitingSince,
  warmthOf,
} from './rows';

const ME = 3;
const aRow = (changes: Partial<Row> = {}): Row => ({ ...rowOf(aConversation(), true), ...changes });
const posted = (changes: Parameters<typeof aMessage>[0] = {}) => ({
  name: 'message_posted' as const,
  ...aMessage(changes),
});
const member = { kind: 'member' as const, id: ME, name: 'Nina' };

describe('a row', () => {
  it('counts what the visitor wrote until somebody answers or reads it', () => {
    const written = [posted({ seq: 1 }), posted({ seq: 2 })].reduce(rowAfter, aRow());

    expect(unreadIn(written)).toBe(2);
    expect(unreadIn(rowAfter(written, posted({ seq: 3, author: member })))).toBe(0);
    const read = { name: 'conversation_read', conversation_id: 1, side: 'team', seq: 1 } as const;
    expect(unreadIn(rowAfter(written, read))).toBe(1);
  });

  it('counts a message once, however often it is told', () => {
    expect(unreadIn([posted({ seq: 1 }), posted({ seq: 1 })].reduce(rowAfter, aRow()))).toBe(1);
  });

  it('shows the last line, of a file its name', () => {
    const file = {
      id: 1,
      name: 'price list.txt',
      size: 9,
      media_type: 'text/plain',
      url: '',
      is_picture: false,
    };

    expect(rowAfter(aRow(), posted({ text: '', file })).last_message?.text).toBe('price list.txt');
  });

  it('takes what is said by itself for no answer and no last word', () => {
    const automatic = { kind: 'system' as const, id: ME, name: 'Nina' };
    const asked = rowAfter(aRow(), posted({ seq: 1, text: 'Hello?' }));
    const told = rowAfter(asked, posted({ seq: 2, text: 'One moment.', author: automatic }));

    expect(told.last_message?.text).toBe('Hello?');
    expect(waitingSince({ ...told, state: 'open' })).not.toBeNull();
    expect(unreadIn(told)).toBe(1);
    const greeted = rowAfter(aRow(), posted({ seq: 1, author: automatic }));
    expect(unreadIn(rowAfter(greeted, posted({ seq: 2 })))).toBe(1);
  });

  it('is of no concern to another conversation', () => {
    const row = aRow({ id: 7 });

    expect(rowAfter(row, posted())).toBe(row);
  });

  it('turns grey when its visitor leaves and comes back with him', () => {
    const left = rowAfter(aRow(), { name: 'visitor_left', visitor_id: 12 });

    expect(moodOf(left)).toBe('gone');
    expect(rowAfter(left, posted()).here).toBe(true);
  });

  it('takes the name of a saved card', () => {
    const visitor = { id: 12, number: 12, name: 'Li Lei', verified: false };

    expect(rowAfter(aRow(), { name: 'card_saved', visitor }).visitor.name).toBe('Li Lei');
  });

  it('keeps its marks when the server tells it anew', () => {
    const answered = [posted({ seq: 1 }), posted({ seq: 2, author: member })].reduce(
      rowAfter,
      aRow(),
    );
    const stale = aConversation({ last_seq: 2, team_read_seq: 0 });

    expect(unreadIn(renewed(answered, stale, true))).toBe(0);
  });
});

describe('the place of a row', () => {
  const mine = aRow({ state: 'open', member: { id: ME, name: 'Nina' } });
  const anothers = aRow({ state: 'open', member: { id: 9, name: 'Adam' } });

  it('is with me, with those who wait, or with colleagues', () => {
    expect(groupOf(mine, ME, false)).toBe('mine');
    expect(groupOf(aRow(), ME, false)).toBe('waiting');
    expect(groupOf(anothers, ME, true)).toBe('colleagues');
  });

  it('is nowhere for what one may not see, or what is over', () => {
    expect(groupOf(anothers, ME, false)).toBeNull();
    expect(groupOf({ ...anothers, state: 'closed' }, ME, true)).toBeNull();
    expect(groupOf({ ...mine, state: 'closed' }, ME, true)).toBe('mine');
  });

  it('is first for who waited longest, last for who has gone (A-06)', () => {
    const early = aRow({ id: 1, queued_at: '2026-03-01T09:00:00Z' });
    const late = aRow({ id: 2, queued_at: '2026-03-01T10:00:00Z' });
    const gone = aRow({ id: 3, here: false, queued_at: '2026-03-01T08:00:00Z' });
    const ended = aRow({ id: 4, state: 'closed', opened_at: '2026-03-01T07:00:00Z' });

    expect([ended, gone, late, early].sort(byPlace).map((row) => row.id)).toEqual([1, 2, 3, 4]);
  });
});

describe('waiting', () => {
  it('lasts from the first knock to acceptance, then from a question to its answer', () => {
    expect(waitingSince(aRow())).toBe('2026-03-01T09:00:00Z');

    const open = aRow({ state: 'open' });
    const asked = rowAfter(open, posted({ at: '2026-03-01T09:05:00Z' }));

    expect(waitingSince(open)).toBeNull();
    expect(waitingSince(asked)).toBe('2026-03-01T09:05:00Z');
    expect(waitingSince(rowAfter(asked, posted({ seq: 2, author: member })))).toBeNull();
  });

  it('is over for who has gone', () => {
    expect(waitingSince(aRow({ here: false }))).toBeNull();
  });

  it('warms from grey to amber to red', () => {
    expect([0, 29, 30, 89, 90].map(warmthOf)).toEqual(['calm', 'calm', 'warm', 'warm', 'hot']);
  });
});
