import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Unreachable } from '../shared/refusal';
import { readByOthers, talkName } from './talkRows';
import { Talks } from './talks';
import { aLine, aTalk, aTalkMessage } from './testing';

const ME = { id: 3, name: 'Nina' };
const posted = { seq: 1, message_id: 201, at: '2026-03-01T09:00:00Z' };
const told = (changes = {}) => ({ name: 'talk_message_posted' as const, ...aTalkMessage(changes) });

function aDesk(answers: Parameters<typeof aLine>[0] = {}) {
  const end = aLine({
    post_to_talk: () => posted,
    sync_talk: () => ({ talk_id: 5, messages: [], last_seq: 0, more: false }),
    ...answers,
  });
  const onUnknown = vi.fn();
  const talks = new Talks({
    line: end.line,
    me: ME,
    storage: localStorage,
    prefix: 'test:',
    uploadHeaders: () => ({}),
    onUnknown,
  });
  const tell = (event: Parameters<typeof end.push>[0]) => {
    talks.hear(event);
    end.push(event);
  };
  return { talks, tell, onUnknown, ...end };
}

beforeEach(() => localStorage.clear());

describe('talks between colleagues', () => {
  it('count what others said and nobody has read', () => {
    const { talks, tell } = aDesk();
    talks.replace([aTalk()]);

    tell(told({ seq: 1 }));
    tell(told({ seq: 2 }));
    expect(talks.unread.value).toBe(2);

    tell({ name: 'talk_read', talk_id: 5, member_id: ME.id, seq: 2 });
    expect(talks.unread.value).toBe(0);
  });

  it('never count one’s own words', () => {
    const { talks, tell } = aDesk();
    talks.replace([aTalk()]);

    tell(told({ seq: 1, author: ME }));

    expect(talks.unread.value).toBe(0);
  });

  it('stand with the last spoken in first', () => {
    const { talks, tell } = aDesk();
    talks.replace([aTalk({ id: 5 }), aTalk({ id: 6 })]);

    tell(told({ talk_id: 5 }));
    expect(talks.order.value).toEqual([5, 6]);

    tell(told({ talk_id: 6, at: '2026-03-01T09:01:00Z' }));
    expect(talks.order.value).toEqual([6, 5]);
  });

  it('ask for everything when one is spoken in that they do not know', () => {
    const { onUnknown, tell } = aDesk();

    tell(told());

    expect(onUnknown).toHaveBeenCalled();
  });

  it('find out of the pulse what was missed', () => {
    const { talks } = aDesk();
    talks.replace([aTalk({ last_seq: 4 })]);

    expect(talks.isOutOfStep({ '5': 4 })).toBe(false);
    expect(talks.isOutOfStep({ '5': 5 })).toBe(true);
    expect(talks.isOutOfStep({ '5': 4, '6': 1 })).toBe(true);
  });
});

describe('the talk on the screen', () => {
  it('shows its messages in order, and asks nothing while none is missing for long', async () => {
    vi.useFakeTimers();
    const { talks, tell, asked } = aDesk();
    talks.replace([aTalk()]);
    talks.look(5);
    await vi.advanceTimersByTimeAsync(1);
    const shown = () => talks.current.value?.state.value.messages.map((message) => message.seq);

    tell(told({ seq: 2 }));
    expect(shown()).toEqual([]);

    tell(told({ seq: 1 }));
    expect(shown()).toEqual([1, 2]);
    expect(asked.filter(([name]) => name === 'sync_talk')).toHaveLength(1);
    vi.useRealTimers();
  });

  it('closes a gap that stays', async () => {
    vi.useFakeTimers();
    const missing = [aTalkMessage({ seq: 1 }), aTalkMessage({ seq: 2 })];
    const answers = [[], missing];
    const { talks, tell, asked } = aDesk({
      sync_talk: () => ({ talk_id: 5, messages: answers.shift() ?? [], last_seq: 2, more: false }),
    });
    talks.replace([aTalk()]);
    talks.look(5);
    await vi.advanceTimersByTimeAsync(1);

    tell(told({ seq: 2 }));
    await vi.advanceTimersByTimeAsync(1_000);

    expect(talks.current.value?.state.value.messages.map((one) => one.seq)).toEqual([1, 2]);
    expect(asked.filter(([name]) => name === 'sync_talk')).toContainEqual([
      'sync_talk',
      { talk_id: 5, after: 0 },
    ]);
    vi.useRealTimers();
  });

  it('hears nothing of a conversation with the same number', async () => {
    const { talks, push } = aDesk();
    talks.replace([aTalk()]);
    talks.look(5);
    await Promise.resolve();
    const { talk_id: _, ...message } = aTalkMessage();

    push({
      name: 'message_posted',
      ...message,
      conversation_id: 5,
      author: { kind: 'visitor', id: 12, name: '' },
    });

    expect(talks.current.value?.state.value.messages).toEqual([]);
  });
});

describe('words to colleagues', () => {
  it('are kept until the server has them, across a reload, under the same id', async () => {
    let reachable = false;
    const post_to_talk = vi.fn((_: { client_id: string }) => {
      if (!reachable) throw new Unreachable('post_to_talk');
      return posted;
    });
    const first = aDesk({ post_to_talk });
    first.talks.replace([aTalk()]);
    first.talks.writing.say(5, 'hello', []);
    await vi.waitFor(() => expect(post_to_talk).toHaveBeenCalledOnce());

    reachable = true;
    const second = aDesk({ post_to_talk });
    expect(second.talks.writing.unsent.value).toHaveLength(1);
    second.talks.replace([aTalk()]);
    await vi.waitFor(() => expect(second.talks.writing.unsent.value).toEqual([]));

    const [one, other] = post_to_talk.mock.calls.map(([data]) => data.client_id);
    expect(other).toBe(one);
    expect(second.talks.rows.row(5)?.value.last_message?.text).toBe('hello');
  });

  it('go out one at a time', async () => {
    const answers: (() => void)[] = [];
    const post_to_talk = vi.fn(() => new Promise((done) => answers.push(() => done(posted))));
    const { talks } = aDesk({ post_to_talk });
    talks.replace([aTalk()]);
    talks.writing.say(5, 'one', []);
    talks.writing.say(5, 'two', []);
    expect(post_to_talk).toHaveBeenCalledOnce();

    answers.shift()?.();
    await vi.waitFor(() => expect(post_to_talk).toHaveBeenCalledTimes(2));
  });

  it('do not lie on the shelf of what goes to visitors', () => {
    const { talks } = aDesk({ post_to_talk: () => new Promise(() => {}) });
    talks.replace([aTalk()]);
    talks.writing.say(5, 'among us', []);

    const keys = Object.keys(localStorage);
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatch(/^test:unsent_talk:/);
  });
});

describe('a talk', () => {
  it('is called by its title, otherwise by who is in it', () => {
    expect(talkName(aTalk(), ME.id)).toBe('Adam');
    expect(talkName(aTalk({ title: 'Night shift' }), ME.id)).toBe('Night shift');
  });

  it('has been read when the last of the others has', () => {
    const members = [ME, { id: 9, name: 'Adam' }, { id: 1, name: 'Olga' }];

    expect(readByOthers(aTalk({ members, read: { '9': 4, '3': 9 } }), ME.id)).toBe(0);
    expect(readByOthers(aTalk({ members, read: { '9': 4, '1': 2 } }), ME.id)).toBe(2);
  });
});
