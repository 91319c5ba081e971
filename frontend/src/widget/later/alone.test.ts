import { afterEach, expect, it } from 'vitest';
import { linkAlone } from './alone';

afterEach(() => localStorage.clear());

it('keeps what the window keeps, for its own site only (Y-20)', () => {
  localStorage.setItem('laike:other:token', 'not mine');
  const host = linkAlone('x');
  expect(host.boot).toMatchObject({ open: true, kept: {}, identity: '' });

  host.keep('token', 'abc');
  host.keep('draft', 'Hello');
  host.drop('draft');
  expect(linkAlone('x').kept('token')).toBe('abc');
  host.forget();
  expect(localStorage.getItem('laike:x:token')).toBeNull();
  expect(localStorage.getItem('laike:other:token')).toBe('not mine');
});
