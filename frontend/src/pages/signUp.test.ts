import { expect, test } from 'vitest';
import { companyIdFrom } from './signUp.ts';

test('makes an ID of the name', () => {
  expect(companyIdFrom('Müller & Söhne GmbH', '')).toBe('muller-sohne-gmbh');
});

test('takes the address where the name has no Latin letters', () => {
  expect(companyIdFrom('蓝海贸易', 'li@lanhai.cn')).toBe('lanhai');
});

test('suggests nothing out of a mailbox of everybody', () => {
  expect(companyIdFrom('蓝海贸易', 'li@qq.com')).toBe('');
});

test('begins with a letter and is long enough', () => {
  expect(companyIdFrom('24 Hours', '')).toBe('hours');
  expect(companyIdFrom('A', '')).toBe('');
});
