import { afterEach, expect, it, vi } from 'vitest';
import { aStyle } from '../../shared/testing';
import { hasAdornments, PLAIN, wear } from '../look';

const root = document.documentElement;

afterEach(() => {
  root.removeAttribute('data-skin');
  root.removeAttribute('data-theme');
});

it('dresses nobody who looks like everybody', async () => {
  wear(PLAIN);
  await vi.dynamicImportSettled();

  expect(root.dataset.skin).toBeUndefined();
});

it('puts on a skin, a colour and a scheme, and takes them off again (Y-08)', async () => {
  wear({ ...PLAIN, skin: 'ink', accent: '#ffd43b', scheme: 'dark' });
  await vi.dynamicImportSettled();
  expect(root.dataset).toMatchObject({ skin: 'ink', theme: 'dark' });
  expect(root.style.getPropertyValue('--light-on')).toBe('#000000');

  wear(PLAIN);
  await vi.dynamicImportSettled();
  expect(root.dataset.skin).toBe('plain');
  expect(root.dataset.theme).toBeUndefined();
  expect(root.style.getPropertyValue('--light-accent')).toBe('#0b7285');
});

it('knows whether anything stands around the conversation', () => {
  const adorned = { warning: 'Careful', forum: { text: '', url: 'https://forum.example/' } };

  expect(hasAdornments(aStyle().window)).toBe(false);
  expect(hasAdornments(aStyle({ welcome: 'Hi', skin: 'ink' }).window)).toBe(false);
  for (const [name, value] of Object.entries(adorned))
    expect(hasAdornments(aStyle({ [name]: value }).window)).toBe(true);
});
