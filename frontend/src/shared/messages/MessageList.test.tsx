import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import type { Message } from '../events';
import { aMessage } from '../testing';
import { MessageList } from './MessageList';

const nina = { kind: 'member' as const, id: 3, name: 'Nina' };

function shown(props: Partial<Parameters<typeof MessageList>[0]>): HTMLElement {
  const place = document.createElement('div');
  const nothing = () => {};
  act(() =>
    render(
      <MessageList
        messages={[]}
        unsent={[]}
        side="visitor"
        readUpTo={0}
        onRetry={nothing}
        onRemove={nothing}
        {...props}
      />,
      place,
    ),
  );
  return place;
}

const unsent = (changes = {}) => ({
  client_id: 'mine',
  text: 'On its way',
  file: null,
  refusal: null,
  ...changes,
});

it('marks how far one’s own messages have come', () => {
  const messages: Message[] = [
    aMessage({ seq: 1, at: '2026-03-01T09:00:00Z' }),
    aMessage({ seq: 2, at: '2026-03-01T09:05:00Z' }),
  ];

  const list = shown({ messages, readUpTo: 1, unsent: [unsent()] });

  const marks = [...list.querySelectorAll('.delivery-mark')].map((mark) => mark.textContent);
  expect(marks).toEqual(['Read', 'Sent', 'Sending']);
});

it('shows a message once when the server has it already', () => {
  const messages = [aMessage({ seq: 1, client_id: 'mine', text: 'On its way' })];

  const list = shown({ messages, unsent: [unsent()] });

  expect(list.querySelectorAll('.bubble')).toHaveLength(1);
});

it('says who of the team wrote', () => {
  const list = shown({ messages: [aMessage({ author: nina })] });

  expect(list.querySelector('.message-group__author')?.textContent).toBe('Nina');
  expect(list.querySelector('.delivery-mark')).toBeNull();
});

it('shows a hostile text as text', () => {
  const text = '<img src=x onerror=alert(1)> javascript:alert(1)';

  const list = shown({ messages: [aMessage({ text, author: nina })] });

  expect(list.querySelector('img, a')).toBeNull();
  expect(list.querySelector('.bubble')?.textContent).toBe(text);
});

it('offers to send again what was refused', () => {
  const onRetry = vi.fn();
  const onRemove = vi.fn();
  const list = shown({ unsent: [unsent({ refusal: 'Too long.' })], onRetry, onRemove });

  const [again, remove] = list.querySelectorAll<HTMLElement>('.unsent-message__action');
  again?.click();
  remove?.click();

  expect(list.textContent).toContain('Not sent. Too long.');
  expect(onRetry).toHaveBeenCalledWith('mine');
  expect(onRemove).toHaveBeenCalledWith('mine');
});
