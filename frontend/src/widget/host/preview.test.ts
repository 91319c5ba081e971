import { expect, it, vi } from 'vitest';
import { aReception } from '../../shared/testing';
import { previewLauncher } from './preview';
import { aLauncher } from './testing';

const PAGE = { isPhone: false, isDark: false, direction: 'ltr' as const };

it('shows a launcher as it is being edited', () => {
  const page = document.createElement('div');
  const onToggle = vi.fn();
  const preview = previewLauncher(page, onToggle);
  const drawn = () => page.querySelector('laike-launcher')?.shadowRoot;

  preview.show(aLauncher(), aReception(), PAGE);
  drawn()?.querySelector<HTMLElement>('.bubble')?.click();
  expect(onToggle).toHaveBeenCalledOnce();
  preview.show(aLauncher({ kind: 'text', text: 'Ask us' }), aReception(), PAGE);
  expect(drawn()?.querySelector('.text')?.textContent).toBe('Ask us');
  preview.show(aLauncher({ on: 'phone' }), aReception(), PAGE);

  expect(drawn()).toBeUndefined();
});
