import { describe, expect, it } from 'vitest';
import { dayName, fileSize } from './format';

describe('days and sizes', () => {
  it('are named as people say them', () => {
    const now = new Date(2026, 2, 10, 12);

    expect(dayName(new Date(2026, 2, 10, 1).toISOString(), now)).toBe('Today');
    expect(dayName(new Date(2026, 2, 9, 23).toISOString(), now)).toBe('Yesterday');
    expect(dayName(new Date(2026, 2, 6, 12).toISOString(), now)).toBe('Friday');
    expect(dayName(new Date(2026, 1, 1, 12).toISOString(), now)).toBe('February 1, 2026');
    expect(fileSize(2048)).toBe('2 kB');
    expect(fileSize(1_572_864)).toBe('1.5 MB');
  });
});
