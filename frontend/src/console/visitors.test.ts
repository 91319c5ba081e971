import { expect, it, vi } from 'vitest';
import type { ServerEvent } from '../shared/events';
import { aPresentVisitor } from './testing';
import { Visitors } from './visitors';

const page = { url: 'https://shop.example/ties', title: 'Ties', at: '2026-03-01T09:05:00Z' };
const changed = (version: number, changes: object = {}): ServerEvent => ({
  name: 'visitors_changed',
  version,
  here: [],
  moved: [],
  gone: [],
  ...changes,
});

function visitors({ maySee = true } = {}) {
  const onHole = vi.fn();
  const list = new Visitors({ maySee: () => maySee, onHole });
  list.replace([aPresentVisitor({ id: 1 }), aPresentVisitor({ id: 2 })], 7);
  return { list, onHole };
}

it('take who came, who moved and who left in one step', () => {
  const { list } = visitors();

  list.hear(
    changed(8, {
      here: [aPresentVisitor({ id: 3 })],
      moved: [{ visitor_id: 1, page }],
      gone: [2],
    }),
  );

  expect(list.rows.ids.value).toEqual([1, 3]);
  expect(list.rows.row(1)?.value.page).toEqual(page);
});

it('leave out what they have seen already', () => {
  const { list, onHole } = visitors();

  list.hear(changed(7, { gone: [1, 2] }));

  expect(list.rows.ids.value).toEqual([1, 2]);
  expect(onHole).not.toHaveBeenCalled();
});

it('ask for everything when a step is missing, and go on from the answer', () => {
  const { list, onHole } = visitors();

  list.hear(changed(9, { gone: [1] }));
  expect(onHole).toHaveBeenCalledOnce();
  expect(list.rows.ids.value).toEqual([1, 2]);

  list.replace([aPresentVisitor({ id: 2 })], 9);
  list.hear(changed(10, { gone: [2] }));
  expect(list.rows.ids.value).toEqual([]);
});

it('are not shown to who may not see them', () => {
  const { list } = visitors({ maySee: false });

  list.hear(changed(8, { here: [aPresentVisitor({ id: 3 })] }));

  expect(list.rows.has(3)).toBe(false);
});

it('know who of those told of is new', () => {
  const { list } = visitors();
  const told = changed(8, { here: [aPresentVisitor({ id: 1 }), aPresentVisitor({ id: 3 })] });

  expect(list.arrivedIn(told).map((visitor) => visitor.id)).toEqual([3]);
});
