import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, expect, it, vi } from 'vitest';
import type { Notice } from '../shared/events';
import { NoticeBar } from './NoticeBar';
import { aNotice } from './testing';

afterEach(() => void vi.unstubAllGlobals());

async function shown(notices: Notice[], { still = false, over = 0 } = {}) {
  vi.stubGlobal('matchMedia', () => ({
    matches: still,
    addEventListener: () => {},
    removeEventListener: () => {},
  }));
  vi.spyOn(HTMLElement.prototype, 'scrollWidth', 'get').mockReturnValue(300 + over);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(300);
  const onDismiss = vi.fn();
  const place = document.createElement('div');
  await act(async () => {
    render(<NoticeBar notices={notices} onDismiss={onDismiss} />, place);
  });
  const press = (label: string) =>
    act(async () => place.querySelector<HTMLElement>(`button[aria-label="${label}"]`)?.click());
  const line = () => place.querySelector<HTMLElement>('.notice-text__line');
  const point = (event: string) =>
    act(async () => void place.querySelector('section')?.dispatchEvent(new Event(event)));
  return { place, press, line, point, onDismiss };
}

it('scrolls what is longer than its place, and only that', async () => {
  const short = await shown([aNotice()]);
  expect(short.line()?.dataset.moves).toBe('false');
  expect(short.place.querySelector('button[aria-label="Stop moving"]')).toBeNull();

  const long = await shown([aNotice()], { over: 120 });
  expect(long.line()?.dataset.moves).toBe('true');
  expect(long.line()?.style.getPropertyValue('--over')).toBe('-120px');
});

it('stands still for who points at it, and for who presses the button (WCAG 2.2.2)', async () => {
  const { line, point, press } = await shown([aNotice()], { over: 120 });

  await point('mouseenter');
  expect(line()?.dataset.moves).toBe('false');
  await point('mouseleave');
  expect(line()?.dataset.moves).toBe('true');

  await press('Stop moving');
  expect(line()?.dataset.moves).toBe('false');
  await press('Let it move');
  expect(line()?.dataset.moves).toBe('true');
});

it('never moves for who wants no movement, and still shows everything', async () => {
  const notices = [aNotice({ text: 'One' }), aNotice({ text: 'Two' })];
  const { place, line, press } = await shown(notices, { still: true, over: 120 });

  expect(line()?.dataset.moves).toBe('false');
  expect(place.querySelector('button[aria-label="Stop moving"]')).toBeNull();
  await press('Next');
  expect(line()?.textContent).toBe('Two');
  await press('Previous');
  expect(line()?.textContent).toBe('One');
});

it('says all of it once to who listens, and how bad it is', async () => {
  const notices = [aNotice({ text: 'Closed', level: 'danger' }), aNotice({ text: 'News' })];

  const { place } = await shown(notices);

  expect(place.querySelector('[role=status]')?.textContent).toBe('Warning: Closed News');
});

it('lets be put away only what may be', async () => {
  const one = aNotice({ id: 'announcement:1' });
  const { press, onDismiss } = await shown([one]);
  await press('Put away');
  expect(onDismiss).toHaveBeenCalledWith(one);

  const { place } = await shown([aNotice({ id: '' })]);
  expect(place.querySelector('button[aria-label="Put away"]')).toBeNull();
});
