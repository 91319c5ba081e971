import { beforeEach, expect, it } from 'vitest';
import { USUAL_CALLS } from './occasions';
import { Preferences } from './preferences';
import { USUAL_COLUMNS, USUAL_SORT } from './visitorColumns';

beforeEach(() => localStorage.clear());

const preferences = () => new Preferences(localStorage, 'test:');

it('outlive the page', () => {
  const before = preferences();
  before.statusBar.value = false;
  before.sort.value = { column: 'visits', descending: true };
  before.columns.value = ['visitor', 'ip'];
  before.calls.value = { ...USUAL_CALLS, message: { bubble: false, sound: true, tone: 'knock' } };

  const after = preferences();

  expect(after.statusBar.value).toBe(false);
  expect(after.sort.value).toEqual({ column: 'visits', descending: true });
  expect(after.columns.value).toEqual(['visitor', 'ip']);
  expect(after.calls.value.message).toEqual({ bubble: false, sound: true, tone: 'knock' });
});

it('are the usual ones where something else is stored', () => {
  for (const [name, stored] of [
    ['sort', '{"column":"shoe size","descending":true}'],
    ['columns', '"all"'],
    ['calls', '{"message":{"bubble":"perhaps","tone":"gong"}}'],
    ['volume', '7'],
    ['sound', 'no'],
  ] as const)
    localStorage.setItem(`test:${name}`, stored);

  const read = preferences();

  expect(read.sort.value).toEqual(USUAL_SORT);
  expect(read.columns.value).toEqual(USUAL_COLUMNS);
  expect(read.calls.value).toEqual(USUAL_CALLS);
  expect(read.volume.value).toBe(0.6);
  expect(read.sound.value).toBe(true);
});

it('always show who the visitor is', () => {
  localStorage.setItem('test:columns', '["ip","no such column"]');

  expect(preferences().columns.value).toEqual(['visitor', 'ip']);
});
