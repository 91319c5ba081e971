import { expect, it } from 'vitest';
import type { Reception } from '../../shared/style.ts';
import { standingAs } from './preview.ts';
import { withScheme } from './richText.ts';

const THERE: Reception = {
  standing: 'online',
  entries: [{ kind: 'member', id: 1, name: 'Adam', department: '', standing: 'online' }],
  when_closed: 'form',
  opens_at: null,
};

it('puts everybody into the state that was chosen', () => {
  const away = standingAs(THERE, 'offline');

  expect(away.standing).toBe('offline');
  expect(away.entries.map(({ standing }) => standing)).toEqual(['offline']);
  expect(THERE.entries[0]?.standing).toBe('online');
});

it('puts in front of an address what people leave out', () => {
  expect(withScheme('hats.example')).toBe('https://hats.example');
  expect(withScheme('mailto:olga@acme.example')).toBe('mailto:olga@acme.example');
  expect(withScheme('')).toBe('');
});
