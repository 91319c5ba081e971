import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { InvitationRule } from '../../shared/style';
import { chatWith } from '../testing';
import { Stay } from './stay';

const HATS = 'https://shop.example/hats';
const CAPS = 'https://shop.example/caps';
const rule = (changes: Partial<InvitationRule>): InvitationRule => ({
  id: 1,
  after_seconds: 10,
  counts: 'page',
  pages: [],
  ...changes,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** In which seconds a rule had its turn. */
function turns(stay: Stay, rules: InvitationRule[], seconds: number, url = HATS): number[] {
  return Array.from({ length: seconds }, (_, at) => at + 1).filter(() => {
    vi.advanceTimersByTime(1000);
    stay.look(url);
    return stay.due(rules) !== null;
  });
}

it('waits for its time on one page, and later twice as long (I-05)', () => {
  const stay = new Stay(chatWith({}).host);

  expect(turns(stay, [rule({})], 45)).toEqual([10, 20, 40]);
  expect(turns(stay, [rule({})], 12, CAPS)).toEqual([10]);
});

it('counts all pages of a visit together, over reloads and tabs', () => {
  const { host } = chatWith({});
  const visit = rule({ counts: 'visit' });
  const first = new Stay(host);
  expect(turns(first, [visit], 5)).toEqual([]);

  const second = new Stay(host);
  expect(turns(second, [visit], 5, CAPS)).toEqual([5]);
  expect(turns(first, [visit], 4)).toEqual([]);
});

it('begins anew with another visit', () => {
  const { host } = chatWith({});
  expect(turns(new Stay(host), [rule({ counts: 'visit' })], 10)).toEqual([10]);

  vi.advanceTimersByTime(31 * 60_000);

  expect(turns(new Stay(host), [rule({ counts: 'visit' })], 10)).toEqual([10]);
});

it('holds only on the pages it names', () => {
  const stay = new Stay(chatWith({}).host);
  const onHats = rule({ pages: ['/hats*'] });

  expect(turns(stay, [onHats], 15, CAPS)).toEqual([]);
  expect(turns(stay, [onHats], 15)).toEqual([10]);
});

it('starts at nothing when what was kept is broken', () => {
  const { host } = chatWith({}, { stay: 'broken' });

  expect(turns(new Stay(host), [rule({ counts: 'visit' })], 10)).toEqual([10]);
});
