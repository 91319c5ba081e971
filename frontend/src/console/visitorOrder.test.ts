import { describe, expect, it } from 'vitest';
import { aPresentVisitor } from './testing';
import { type ColumnName, USUAL_SORT } from './visitorColumns';
import { EVERYBODY, ordered } from './visitorOrder';

const talking = { id: 40, state: 'open' as const, member: { id: 9, name: 'Adam' } };
const waiting = { id: 41, state: 'waiting' as const, member: null };
const early = aPresentVisitor({
  id: 1,
  name: 'Li Lei',
  began_at: '2026-03-01T08:00:00Z',
  visits_count: 10,
  location: 'Hangzhou',
});
const late = aPresentVisitor({
  id: 2,
  began_at: '2026-03-01T09:30:00Z',
  conversation: talking,
  page: { url: 'https://shop.example/checkout', title: '', at: '2026-03-01T09:31:00Z' },
});
const waits = aPresentVisitor({ id: 3, visits_count: 2, conversation: waiting });
const all = [early, late, waits];

const ids = (filter: Partial<typeof EVERYBODY>, sort = USUAL_SORT) =>
  ordered(all, { ...EVERYBODY, ...filter }, sort).ids;

describe('the order of site visitors', () => {
  it('begins with who wants something (V-14)', () => {
    expect(ids({})).toEqual([3, 2, 1]);
  });

  it('follows any column, both ways', () => {
    const by = (column: ColumnName, descending = false) => ids({}, { column, descending });

    expect(by('visits')).toEqual([2, 3, 1]);
    expect(by('visits', true)).toEqual([1, 3, 2]);
    expect(by('on_site')).toEqual([2, 3, 1]);
    expect(by('visitor')).toEqual([1, 2, 3]);
  });

  it('puts the newest first among equals', () => {
    expect(ids({}, { column: 'device', descending: false })).toEqual([2, 3, 1]);
  });
});

describe('the filter of site visitors', () => {
  it('looks for all words, wherever they stand', () => {
    expect(ids({ text: 'hang lei' })).toEqual([1]);
    expect(ids({ text: 'checkout' })).toEqual([2]);
    expect(ids({ text: 'nobody' })).toEqual([]);
  });

  it('combines state, new or returning, and page (V-16)', () => {
    expect(ids({ kind: 'new' })).toEqual([2]);
    expect(ids({ kind: 'returning', state: 'waiting' })).toEqual([3]);
    expect(ids({ page: 'HATS' })).toEqual([3, 1]);
  });

  it('knows who is being invited (V-19)', () => {
    const invited = aPresentVisitor({
      id: 4,
      invitation: { id: 1, by: null, at: '2026-03-01T09:00:00Z' },
    });
    const filter = { ...EVERYBODY, state: 'inviting' as const };

    expect(ordered([...all, invited], filter, USUAL_SORT).ids).toEqual([4]);
    expect(ordered([...all, invited], EVERYBODY, USUAL_SORT).ids).toEqual([3, 2, 4, 1]);
  });

  it('counts every state, whichever is shown', () => {
    const { counts } = ordered(all, { ...EVERYBODY, state: 'waiting' }, USUAL_SORT);

    expect(counts).toEqual({ all: 3, waiting: 1, talking: 1, inviting: 0, browsing: 1 });
  });
});
