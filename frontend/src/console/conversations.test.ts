import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerEvent } from '../shared/events';
import { aConversation, aMessage } from '../shared/testing';
import { Conversations } from './conversations';
import { Ending, UNDO_WITHIN } from './ending';
import { aLine } from './testing';

const ME = { id: 3, name: 'Nina' };
const mine = { state: 'open' as const, member: ME };

const visitor = (id: number) => ({ id, number: id, name: '', verified: false });

function aDesk({ seesAll = false, found = aConversation() } = {}) {
  const { line, asked } = aLine({
    sync: () => ({ messages: [], last_seq: 0, more: false }),
    accept_conversation: () => ({ conversation: aConversation({ ...mine, assigned_by: 'hand' }) }),
    find_conversation: () => ({ conversation: found }),
    post_message: () => ({ seq: 1, message_id: 101, at: '2026-03-01T09:00:00Z' }),
  });
  const closed: number[] = [];
  const onUnknown = vi.fn();
  const onAssigned = vi.fn();
  const onReturned = vi.fn();
  const conversations = new Conversations({
    line,
    me: ME,
    seesAll: () => seesAll,
    ending: new Ending((id) => void closed.push(id)),
    storage: localStorage,
    prefix: 'test:',
    uploadHeaders: () => ({}),
    onUnknown,
    onAssigned,
    onReturned,
  });
  return { conversations, asked, closed, onUnknown, onAssigned, onReturned };
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
    first.conversations.writing.say(1, 'hello', []);
    const unsent = first.conversations.writing.unsent.value[0];

    expect(unsent?.text).toBe('hello');
    expect(aDesk().conversations.writing.unsent.value[0]?.client_id).toBe(unsent?.client_id);
    await vi.waitFor(() => expect(first.conversations.writing.unsent.value).toEqual([]));
  });
});

describe('conversations that change hands', () => {
  const toMe: ServerEvent = { name: 'conversation_accepted', conversation_id: 1, member: ME };

  it('are announced when they come by themselves, with why', async () => {
    const given = aConversation({ ...mine, assigned_by: 'turn' });
    const { conversations, onAssigned } = aDesk({ found: given });
    conversations.hear(opened());
    conversations.hear(toMe);

    await vi.waitFor(() => expect(onAssigned).toHaveBeenCalledOnce());
    expect(onAssigned.mock.calls[0]?.[0]).toMatchObject({ id: 1, assigned_by: 'turn' });
    expect(conversations.groups.value.mine).toEqual([1]);
  });

  it('are no news when they were accepted by hand, here or in another tab', async () => {
    const here = aDesk();
    here.conversations.hear(opened());
    const accepting = here.conversations.accept(1);
    here.conversations.hear(toMe);
    await accepting;

    const there = aDesk({ found: aConversation({ ...mine, assigned_by: 'hand' }) });
    there.conversations.hear(opened());
    there.conversations.hear(toMe);
    await vi.waitFor(() => expect(there.conversations.groups.value.mine).toEqual([1]));

    expect(here.onAssigned).not.toHaveBeenCalled();
    expect(there.onAssigned).not.toHaveBeenCalled();
  });

  it('leave the list when they go back to the queue, and say so', () => {
    const { conversations, onReturned } = aDesk();
    conversations.replace([aConversation(mine)], new Set([12]));
    conversations.hear({ name: 'conversation_returned', conversation: aConversation() });

    expect(conversations.groups.value).toEqual({ waiting: [1], mine: [], colleagues: [] });
    expect(onReturned.mock.calls[0]?.[0]).toMatchObject({ id: 1 });
  });

  it('are noticed too when a colleague has one before its way back was told', () => {
    const { conversations, onReturned } = aDesk();
    conversations.replace([aConversation(mine)], new Set([12]));
    const member = { id: 2, name: 'Adam' };
    conversations.hear({ name: 'conversation_accepted', conversation_id: 1, member });
    conversations.hear({ name: 'conversation_returned', conversation: aConversation() });

    expect(onReturned).toHaveBeenCalledOnce();
  });

  it('are noticed after a sleep too', () => {
    const { conversations, onReturned, onAssigned } = aDesk();
    const second = aConversation({ ...mine, id: 2, assigned_by: 'load' });
    conversations.replace([aConversation(mine)], new Set([12]));
    conversations.replace([aConversation(), second], new Set([12]));

    expect(onReturned).toHaveBeenCalledOnce();
    expect(onAssigned).toHaveBeenCalledOnce();
  });

  it('are no news when the page opens', () => {
    const { conversations, onAssigned } = aDesk();
    conversations.replace([aConversation({ ...mine, assigned_by: 'load' })], new Set([12]));

    expect(onAssigned).not.toHaveBeenCalled();
  });
});

describe('grey conversations', () => {
  it('are those whose visitors have gone, unless something in them is unread (A-09)', () => {
    const { conversations } = aDesk();
    conversations.replace(
      [
        aConversation({ ...mine, id: 1, visitor: visitor(1) }),
        aConversation({ ...mine, id: 2, visitor: visitor(2) }),
        aConversation({
          ...mine,
          id: 3,
          visitor: visitor(3),
          last_seq: 2,
          team_read_seq: 1,
          last_message: { seq: 2, text: 'Hello', at: '', author_kind: 'visitor' },
        }),
        aConversation({ ...mine, id: 4, visitor: visitor(4), state: 'closed' }),
      ],
      new Set([1]),
    );

    expect(conversations.gone().map((row) => row.id)).toEqual([2, 4]);
  });

  it('come back when their removal is taken back', () => {
    const { conversations } = aDesk();
    const over = aConversation({ ...mine, state: 'closed' });
    conversations.replace([over], new Set());
    const [row] = conversations.gone();
    if (!row) throw new Error('no row');

    conversations.dismiss(1);
    conversations.undoDismiss(row);
    conversations.replace([over], new Set());

    expect(conversations.groups.value.mine).toEqual([1]);
  });

  it('go with a visitor who is erased', () => {
    const { conversations } = aDesk();
    conversations.replace([aConversation(mine)], new Set());
    conversations.hear({ name: 'visitor_erased', visitor_id: 12 });

    expect(conversations.rows.ids.value).toEqual([]);
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
