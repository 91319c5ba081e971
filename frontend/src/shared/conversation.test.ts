import { describe, expect, it } from 'vitest';
import { after, begin, isBehind, lastHeld, unreadBy, withMessages } from './conversation';
import { aConversation, aMessage } from './testing';

const posted = (seq: number) => ({ name: 'message_posted' as const, ...aMessage({ seq }) });

describe('a conversation after a message', () => {
  it('has it at the end', () => {
    const conversation = after(begin(aConversation()), posted(1));

    expect(conversation.messages.map((message) => message.seq)).toEqual([1]);
    expect(conversation.last_message?.text).toBe('Message 1');
  });

  it('has it once, however often it is told', () => {
    const conversation = [posted(1), posted(1), posted(2), posted(1)].reduce(
      after,
      begin(aConversation()),
    );

    expect(conversation.messages.map((message) => message.seq)).toEqual([1, 2]);
  });

  it('holds what comes too early and shows it once the gap is closed', () => {
    const early = [posted(1), posted(4), posted(3)].reduce(after, begin(aConversation()));

    expect(lastHeld(early)).toBe(1);
    expect(isBehind(early)).toBe(true);

    const whole = after(early, posted(2));

    expect(whole.messages.map((message) => message.seq)).toEqual([1, 2, 3, 4]);
    expect(whole.held).toEqual([]);
    expect(isBehind(whole)).toBe(false);
  });

  it('is of no concern to another conversation', () => {
    const conversation = begin(aConversation({ id: 7 }));

    expect(after(conversation, posted(1))).toBe(conversation);
  });

  it('shows that its author no longer types', () => {
    const author = { kind: 'member' as const, id: 3, name: 'Nina' };
    const typing = after(begin(aConversation()), {
      name: 'typing_changed',
      conversation_id: 1,
      side: 'team',
      author,
      text: '',
    });

    expect(typing.typing.team?.author.name).toBe('Nina');
    expect(after(typing, { ...posted(1), author }).typing.team).toBeNull();
  });
});

describe('a conversation', () => {
  it('stays accepted when the answer that opened it comes late', () => {
    const accepted = after(begin(aConversation()), {
      name: 'conversation_accepted',
      conversation_id: 1,
      member: { id: 3, name: 'Nina' },
    });

    const told = after(accepted, { name: 'conversation_opened', conversation: aConversation() });

    expect(told.state).toBe('open');
    expect(told.member?.name).toBe('Nina');
  });

  it('waits again when it was put back', () => {
    const open = begin(aConversation({ state: 'open', member: { id: 3, name: 'Nina' } }));
    const conversation = aConversation({ queued_at: '2026-03-01T09:05:00Z' });

    expect(after(open, { name: 'conversation_returned', conversation }).state).toBe('waiting');
  });

  it('is behind when the heartbeat knows of more', () => {
    const conversation = after(begin(aConversation()), { name: 'heads', heads: { '1': 2 } });

    expect(isBehind(conversation)).toBe(true);
    expect(isBehind(withMessages(conversation, [aMessage({ seq: 1 }), aMessage({ seq: 2 })]))).toBe(
      false,
    );
  });

  it('counts what the other side wrote since the last reading', () => {
    const fromTeam = { author: { kind: 'member' as const, id: 3, name: 'Nina' } };
    const conversation = withMessages(begin(aConversation()), [
      aMessage({ seq: 1 }),
      aMessage({ seq: 2, ...fromTeam }),
      aMessage({ seq: 3, ...fromTeam }),
    ]);
    const read = after(conversation, {
      name: 'conversation_read',
      conversation_id: 1,
      side: 'visitor',
      seq: 2,
    });

    expect(unreadBy('visitor', conversation)).toBe(2);
    expect(unreadBy('visitor', read)).toBe(1);
    expect(unreadBy('team', conversation)).toBe(1);
  });

  it('is open once accepted and closed once ended', () => {
    const accepted = after(begin(aConversation()), {
      name: 'conversation_accepted',
      conversation_id: 1,
      member: { id: 3, name: 'Nina' },
    });

    expect(accepted).toMatchObject({ state: 'open', member: { name: 'Nina' } });

    const closed = after(accepted, {
      name: 'conversation_closed',
      conversation_id: 1,
      by: { kind: 'member', id: 3, name: 'Nina' },
      at: '2026-03-01T10:00:00Z',
    });

    expect(closed).toMatchObject({ state: 'closed', closed_at: '2026-03-01T10:00:00Z' });
  });
});
