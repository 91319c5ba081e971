import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerEvent } from '../shared/events';
import { aConversation, aMessage } from '../shared/testing';
import { Conversations } from './conversations';
import type { DeskLine } from './deskLine';
import { Ending, UNDO_WITHIN } from './ending';

const ME = { id: 3, name: 'Nina' };
const mine = { state: 'open' as const, member: ME };

function aDesk({ seesAll = false } = {}) {
  const asked: [string, unknown][] = [];
  const line = {
    ask: vi.fn(async (name: string, data: unknown) => {
      asked.push([name, data]);
      if (name === 'sync') return { messages: [], last_seq: 0, more: false };
      if (name === 'accept_conversation') return { conversation: aConversation(mine) };
      return { seq: 1, message_id: 101, at: '2026-03-01T09:00:00Z' };
    }),
    hint: vi.fn(),
    onEvent: () => () => {},
    onState: () => () => {},
    onCatchUp: () => () => {},
    start: vi.fn(),
    stop: vi.fn(),
    state: 'live',
    refusal: null,
  } as unknown as DeskLine;
  const closed: number[] = [];
  const onUnknown = vi.fn();
  const conversations = new Conversations({
    line,
    me: ME,
    seesAll: () => seesAll,
    ending: new Ending((id) => void closed.push(id)),
    storage: localStorage,
    prefix: 'test:',
    uploadHeaders: () => ({}),
    onUnknown,
  });
  return { conversations, asked, closed, onUnknown };
}

const opened = (changes = {}): ServerEvent => ({
  name: 'conversation_opened',
  conversation: aConversation(changes),
});

beforeEach(() => localStorage.clear());

describe('the conversations on a desk', () => {
  it('begin with who waits', () => {
    const { conversations } = aDesk();
    conversations.hear(opened());

    expect(conversations.groups.value).toEqual({ waiting: [1], mine: [], colleagues: [] });
  });

  it('leave the list of all others when somebody accepts', () => {
    const accepted: ServerEvent = {
      name: 'conversation_accepted',
      conversation_id: 1,
      member: { id: 9, name: 'Adam' },
    };
    const blind = aDesk();
    const seeing = aDesk({ seesAll: true });
    for (const { conversations } of [blind, seeing]) {
      conversations.hear(opened());
      conversations.hear(accepted);
    }

    expect(blind.conversations.rows.ids.value).toEqual([]);
    expect(seeing.conversations.groups.value.colleagues).toEqual([1]);
  });

  it('are mine once I accept', async () => {
    const { conversations } = aDesk();
    conversations.hear(opened());
    await conversations.accept(1);

    expect(conversations.groups.value).toEqual({ waiting: [], mine: [1], colleagues: [] });
  });

  it('ask for everything when a message comes from one they do not know', () => {
    const { conversations, onUnknown } = aDesk();
    conversations.hear({ name: 'message_posted', ...aMessage({ conversation_id: 99 }) });

    expect(onUnknown).toHaveBeenCalled();
  });

  it('find out of the pulse what was missed', () => {
    const { conversations } = aDesk();
    conversations.replace([aConversation({ id: 1, last_seq: 4 })], new Set());

    expect(conversations.isOutOfStep({ '1': 4 })).toBe(false);
    expect(conversations.isOutOfStep({ '1': 5 })).toBe(true);
    expect(conversations.isOutOfStep({ '1': 4, '2': 1 })).toBe(true);
    expect(conversations.isOutOfStep({})).toBe(true);
  });

  it('need not know what colleagues write', () => {
    const { conversations } = aDesk({ seesAll: true });
    const adams = { state: 'open' as const, member: { id: 9, name: 'Adam' } };
    conversations.replace([aConversation(adams)], new Set());

    expect(conversations.isOutOfStep({ '1': 7 })).toBe(false);
  });

  it('turn grey when the visitor ends them, and stay until they are removed', () => {
    const { conversations } = aDesk();
    conversations.replace([aConversation(mine)], new Set([12]));
    conversations.hear({
      name: 'conversation_closed',
      conversation_id: 1,
      by: { kind: 'visitor', id: 12, name: '' },
      at: '2026-03-01T10:00:00Z',
    });

    expect(conversations.rows.row(1)?.value.state).toBe('closed');

    conversations.dismiss(1);
    conversations.replace([aConversation({ ...mine, state: 'closed' })], new Set());

    expect(conversations.rows.ids.value).toEqual([]);
  });

  it('keep what could not be sent, across a reload', async () => {
    const first = aDesk();
    first.conversations.say(1, 'hello', []);
    const unsent = first.conversations.unsent.value[0];

    expect(unsent?.text).toBe('hello');
    expect(aDesk().conversations.unsent.value[0]?.client_id).toBe(unsent?.client_id);
    await vi.waitFor(() => expect(first.conversations.unsent.value).toEqual([]));
  });
});

describe('ending', () => {
  it('takes it off at once, tells the server later, and can be taken back until then (A-05)', () => {
    vi.useFakeTimers();
    const { conversations, closed } = aDesk();
    conversations.replace([aConversation(mine)], new Set([12]));
    const row = conversations.rows.rows()[0];
    if (!row) throw new Error('no row');

    conversations.end(1);
    conversations.replace([aConversation(mine)], new Set([12]));
    expect(conversations.rows.ids.value).toEqual([]);

    conversations.undoEnd(row);
    vi.advanceTimersByTime(UNDO_WITHIN * 2);
    expect(closed).toEqual([]);
    expect(conversations.groups.value.mine).toEqual([1]);

    conversations.end(1);
    vi.advanceTimersByTime(UNDO_WITHIN);
    expect(closed).toEqual([1]);
    vi.useRealTimers();
  });

  it('is told at once when the page is left', () => {
    const { conversations, closed } = aDesk();
    conversations.replace([aConversation(mine)], new Set());
    conversations.end(1);

    dispatchEvent(new Event('pagehide'));

    expect(closed).toEqual([1]);
  });
});
