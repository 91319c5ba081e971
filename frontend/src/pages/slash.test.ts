import { expect, test } from 'vitest';
import { focusOnSlash } from './slash.ts';

const press = (key: string) =>
  document.activeElement?.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
  );

test('leads to the search box, and lets who types type', () => {
  document.body.innerHTML = '<input id="other"><input id="search" data-slash value="acme">';
  focusOnSlash();

  press('/');
  expect(document.activeElement?.id).toBe('search');

  document.getElementById('other')?.focus();
  press('/');
  expect(document.activeElement?.id).toBe('other');
});
