import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import type { Conversation } from '../../shared/events';
import { aConversation, aMessage, syncedWith } from '../../shared/testing';
import type { VisitorLine } from '../visitorLine';
import { EarlierConversations } from './EarlierConversations';

const named = (asked: [string, unknown][]) =>
  asked.filter(([name]) => name === 'earlier_conversations').map(([, data]) => data);
const over = (id: number) => aConversation({ id, state: 'closed' });

/** A server that has those conversations, two messages each, one page at a time. */
async function shown(pages: Conversation[][]) {
  const asked: [string, unknown][] = [];
  const ask = vi.fn(async (name: string, data: { after?: number; conversation_id?: number }) => {
    asked.push([name, data]);
    if (name === 'earlier_conversations')
      return { conversations: pages.shift() ?? [], more: pages.length > 0 };
    const seq = (data.after ?? 0) + 1;
    const text = `${data.conversation_id}.${seq}`;
    return syncedWith([aMessage({ seq, message_id: seq, text })], 2, seq < 2);
  });
  const place = document.createElement('div');
  await act(async () => {
    const line = ask as unknown as VisitorLine['ask'];
    render(<EarlierConversations before={9} ask={line} />, place);
  });
  const more = () => place.querySelector('button')?.click();
  const texts = () => [...place.querySelectorAll('.bubble')].map((bubble) => bubble.textContent);
  return { place, asked, more, texts };
}

it('offers nothing where there is nothing', async () => {
  const { place } = await shown([]);

  expect(place.textContent).toBe('');
});

it('fetches them when they are wanted, the oldest first', async () => {
  const { place, asked, more, texts } = await shown([[over(8), over(7)], [over(5)]]);
  expect(texts()).toEqual([]);

  more();
  await vi.waitFor(() => expect(texts()).toEqual(['7.1', '7.2', '8.1', '8.2']));
  expect(place.querySelectorAll('section')).toHaveLength(2);
  await vi.waitFor(() => expect(named(asked)).toHaveLength(2));

  more();
  await vi.waitFor(() => expect(texts()).toEqual(['5.1', '5.2', '7.1', '7.2', '8.1', '8.2']));
  await vi.waitFor(() => expect(place.querySelector('button')).toBeNull());
  expect(named(asked)).toEqual([{ before: 9 }, { before: 7 }, { before: 5 }]);
});
