import { expect, it } from 'vitest';
import { openingTime } from './openingTime';

const now = new Date(2026, 2, 3, 20, 0);
const at = (day: number, hour: number) => new Date(2026, 2, day, hour, 0).toISOString();

it('says no more of the day than it takes', () => {
  expect(openingTime(at(3, 22), 'short', now)).toMatch(/^10:00\sPM$/);
  expect(openingTime(at(5, 9), 'short', now)).toMatch(/^Thu,? 9:00\sAM$/);
  expect(openingTime(at(5, 9), 'long', now)).toMatch(/^Thursday.* 9:00\sAM$/);
  expect(openingTime(at(20, 9), 'long', now)).toMatch(/^March 20.* 9:00\sAM$/);
});
