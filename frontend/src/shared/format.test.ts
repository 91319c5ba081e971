import { expect, it } from 'vitest';
import { dayName } from './format';

it('names days as people do', () => {
  const now = new Date(2026, 2, 10, 12);

  expect(dayName(new Date(2026, 2, 10, 1).toISOString(), now)).toBe('Today');
  expect(dayName(new Date(2026, 2, 9, 23).toISOString(), now)).toBe('Yesterday');
  expect(dayName(new Date(2026, 2, 6, 12).toISOString(), now)).toBe('Friday');
  expect(dayName(new Date(2026, 1, 1, 12).toISOString(), now)).toBe('February 1, 2026');
});
