import { afterEach, expect, it } from 'vitest';
import { useWords } from '../../shared/i18n';
import { aMessage } from '../../shared/testing';
import { transcriptName, transcriptOf } from './transcript';

const nina = { kind: 'member' as const, id: 3, name: 'Nina' };
const system = { kind: 'system' as const, id: null, name: '' };
const file = {
  id: 9,
  name: 'Invoice.pdf',
  size: 10,
  media_type: 'application/pdf',
  url: '/files/key/Invoice.pdf',
  is_picture: false,
};
const opened_at = '2026-03-01T09:00:00Z';
const messages = [
  aMessage({ seq: 1, text: 'Two lines\nof mine' }),
  aMessage({ seq: 2, text: '', file, author: nina }),
  aMessage({ seq: 3, text: 'Nina has left.', author: system }),
];

afterEach(() => useWords('en', {}));

it('has every message with name, time and zone, and files as links', () => {
  const lines = transcriptOf('Acme', { opened_at, messages }).split('\r\n');

  expect(lines[0]).toBe('Conversation with Acme');
  expect(lines[2]).toMatch(/^Mar 1, 2026, \d+:00:00.[AP]M (UTC|GMT\S*|[A-Z]{3,4}) {2}You$/);
  expect(lines.slice(3, 5)).toEqual(['Two lines', 'of mine']);
  expect(lines[6]).toMatch(/ {2}Nina$/);
  expect(lines.slice(7, 9)).toEqual(['Invoice.pdf', `${location.origin}/files/key/Invoice.pdf`]);
  expect(lines[10]).toMatch(/ {2}— Nina has left\.$/);
});

it('is in the visitor’s language', () => {
  useWords('zh-Hans', { 'Conversation with {company}': '与{company}的对话', You: '您' });

  const text = transcriptOf('来客', { opened_at, messages });

  expect(text).toContain('与来客的对话');
  expect(text).toMatch(/2026年3月1日.* {2}您\r\n/);
});

it('is named after the company and the day, as file systems like it', () => {
  const name = transcriptName('A/B: "Tea"', { opened_at, messages });

  expect(name).toMatch(/^A B {3}Tea {2}2026-03-0[12]\.txt$/);
});
