import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Presence } from '../shared/events';
import { watchIdleness } from './idleness';

const MINUTE = 60_000;
let leave: (() => void)[] = [];

/** A tab of one agent; tabs share what the storage holds, and the server's word on his presence. */
function aTab(state: { presence: Presence }, becomes: 'away' | 'busy' = 'away', minutes = 15) {
  const stop = watchIdleness({
    minutes,
    becomes,
    storage: localStorage,
    key: 'test:touched',
    presence: () => state.presence,
    choose: (presence) => {
      state.presence = presence;
    },
  });
  leave.push(stop);
  return stop;
}

const touch = () => dispatchEvent(new Event('pointermove'));

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});

afterEach(() => {
  for (const stop of leave) stop();
  leave = [];
  vi.useRealTimers();
});

it('is away after a quarter of an hour without a touch, and back at the first (CF-04)', () => {
  const state = { presence: 'online' as Presence };
  aTab(state);

  vi.advanceTimersByTime(14 * MINUTE);
  expect(state.presence).toBe('online');
  vi.advanceTimersByTime(2 * MINUTE);
  expect(state.presence).toBe('away');

  touch();
  expect(state.presence).toBe('online');
});

it('starts anew with every touch', () => {
  const state = { presence: 'online' as Presence };
  aTab(state);

  for (let n = 0; n < 6; n++) {
    vi.advanceTimersByTime(10 * MINUTE);
    touch();
  }

  expect(state.presence).toBe('online');
});

it('is busy where the company wants that', () => {
  const state = { presence: 'online' as Presence };
  aTab(state, 'busy');

  vi.advanceTimersByTime(16 * MINUTE);
  expect(state.presence).toBe('busy');
  touch();
  expect(state.presence).toBe('online');
});

it('leaves alone what the agent has chosen himself', () => {
  for (const presence of ['away', 'busy', 'invisible'] as const) {
    const state = { presence: presence as Presence };
    const stop = aTab(state);
    vi.advanceTimersByTime(30 * MINUTE);
    touch();
    expect(state.presence).toBe(presence);
    stop();
  }
});

it('never sends anybody away where the company has switched it off', () => {
  const state = { presence: 'online' as Presence };
  aTab(state, 'away', 0);

  vi.advanceTimersByTime(24 * 60 * MINUTE);

  expect(state.presence).toBe('online');
});

it('comes back after a reload too, and through another tab', () => {
  const state = { presence: 'online' as Presence };
  const closeTab = aTab(state);
  vi.advanceTimersByTime(16 * MINUTE);
  closeTab();

  aTab(state);
  expect(state.presence).toBe('online');
});

it('counts a touch in any tab', () => {
  const state = { presence: 'online' as Presence };
  aTab(state);
  vi.advanceTimersByTime(14 * MINUTE);

  localStorage.setItem('test:touched', String(Date.now()));
  vi.advanceTimersByTime(10 * MINUTE);

  expect(state.presence).toBe('online');
});
