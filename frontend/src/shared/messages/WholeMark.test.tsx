import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it } from 'vitest';
import { begin } from '../conversation';
import { aConversation, aMessage } from '../testing';
import { WholeMark } from './WholeMark';

function shown(visitor_confirmed_seq: number, team_confirmed_seq: number, last_seq = 2) {
  const confirmed = { last_seq, visitor_confirmed_seq, team_confirmed_seq };
  const messages = [aMessage({ seq: 1 }), aMessage({ seq: 2 })];
  const place = document.createElement('div');
  act(() => render(<WholeMark conversation={begin(aConversation(confirmed), messages)} />, place));
  return place.querySelector('[role=img]')?.getAttribute('aria-label') ?? null;
}

it('says that nothing is lost once both sides hold everything, and nothing before', () => {
  expect(shown(2, 1)).toBeNull();
  expect(shown(0, 2)).toBeNull();
  expect(shown(3, 3, 3)).toBeNull();
  expect(shown(2, 2)).toBe('Nothing lost: both sides hold all 2 messages');
});
