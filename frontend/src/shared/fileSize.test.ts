import { expect, it } from 'vitest';
import { fileSize } from './fileSize';

it('gives sizes in the unit people use', () => {
  expect(fileSize(7)).toBe('7 bytes');
  expect(fileSize(2048)).toBe('2 kB');
  expect(fileSize(1_572_864)).toBe('1.5 MB');
});
