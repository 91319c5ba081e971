import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Advertisements } from './Advertisements';

const line = (text: string) => ({ text, url: '', picture: '' });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function shown(texts: string[]) {
  const place = document.body.appendChild(document.createElement('div'));
  await act(() =>
    render(<Advertisements direction="up" seconds={5} lines={texts.map(line)} />, place),
  );
  const wait = (seconds: number) => act(() => void vi.advanceTimersByTime(seconds * 1000));
  const box = place.querySelector('.advertisements');
  const tell = (event: string) => act(() => void box?.dispatchEvent(new Event(event)));
  const said = () => place.querySelector('.advertisements__line')?.textContent;
  return { place, wait, tell, said };
}

it('shows them in turn, and begins again (Y-17)', async () => {
  const { wait, said } = await shown(['One', 'Two']);
  expect(said()).toBe('One');

  await wait(5);
  expect(said()).toBe('Two');
  await wait(5);
  expect(said()).toBe('One');
});

it('waits while somebody points at it or has the keyboard in it', async () => {
  const { wait, tell, said } = await shown(['One', 'Two']);

  await tell('mouseenter');
  await wait(20);
  expect(said()).toBe('One');

  await tell('mouseleave');
  await wait(5);
  expect(said()).toBe('Two');
});

it('can be stopped, and has nothing to stop when there is one', async () => {
  const { place, wait, said } = await shown(['One', 'Two']);
  await act(() => place.querySelector('button')?.click());
  await wait(20);
  expect(said()).toBe('One');

  const one = await shown(['Alone']);
  await one.wait(20);
  expect(one.said()).toBe('Alone');
  expect(one.place.querySelector('button')).toBeNull();
});
