import { expect, it, vi } from 'vitest';
import { Refused, Unreachable } from '../shared/refusal';
import { aConversation, aReception, aStyle, syncedWith } from '../shared/testing';
import { sceneOf } from './scene';
import { type Answers, chatWith, welcome } from './testing';

const opens: Answers = {
  open_conversation: () => ({ conversation: aConversation() }),
  post_message: () => ({ seq: 1, message_id: 5, at: '2026-03-01T09:00:00Z' }),
  sync: () => syncedWith([], 0),
};
const named = (asked: [string, unknown][], name: string) => asked.filter(([one]) => one === name);
const invitation = {
  id: 7,
  by: { id: 3, name: 'Nina' },
  title: 'May we help you?',
  text: 'Ask us',
  picture: '',
  manner: 'ask' as const,
};
const ended = { invitation_id: 7, visitor_id: 12, because: 'expired' as const };

it('follows who is there for him', () => {
  const { chat, push } = chatWith(opens);
  const scene = sceneOf(chat);
  push(welcome({ reception: aReception({ standing: 'busy' }) }));
  expect(scene.value).toBe('conversation');

  push({ name: 'reception_changed', ...aReception({ standing: 'closed' }) });
  push({ name: 'availability_changed', online: false });
  expect(scene.value).toBe('offline');

  push({ name: 'availability_changed', online: true });
  expect(scene.value).toBe('conversation');
});

it('keeps what is typed while the style changes', () => {
  const { chat, push } = chatWith(opens);
  push(welcome());
  chat.writing.write('Half a sen');

  push({ name: 'style_changed', style: aStyle({ skin: 'ink' }) });

  expect(chat.style.value?.window.skin).toBe('ink');
  expect(chat.writing.draft.value).toBe('Half a sen');
});

it('stands the form before the first message (W-24)', async () => {
  const { chat, asked, push } = chatWith(opens);
  const scene = sceneOf(chat);
  push(welcome({ must_register: true }));
  expect(scene.value).toBe('registration');

  await chat.entrance.register({ name: 'Wu' });

  expect(asked).toEqual([['register', { answers: { name: 'Wu' } }]]);
  expect(scene.value).toBe('conversation');
});

it('asks nobody who is in a conversation already', () => {
  const { chat, push } = chatWith(opens);

  push(welcome({ must_register: true, conversation: aConversation({ state: 'open' }) }));

  expect(sceneOf(chat).value).toBe('conversation');
});

it('sends what was written before as soon as he has registered', async () => {
  let isKnown = false;
  const { chat, asked, host, push } = chatWith({
    ...opens,
    open_conversation: () =>
      isKnown
        ? { conversation: aConversation() }
        : new Refused('registration_needed', 'Tell us first who you are.'),
  });
  push(welcome());
  chat.writing.write('Hello');
  chat.send([]);
  await vi.waitFor(() => expect(sceneOf(chat).value).toBe('registration'));
  expect(host.shelf.all().map(({ text, refusal }) => [text, refusal])).toEqual([['Hello', null]]);

  isKnown = true;
  await chat.entrance.register({ name: 'Wu' });

  await vi.waitFor(() =>
    expect(chat.state.value?.messages.map(({ text }) => text)).toEqual(['Hello']),
  );
  expect(named(asked, 'post_message')).toHaveLength(1);
});

it('is offered the form to leave a message first where nobody is there', () => {
  const { chat, push } = chatWith(opens);

  push(welcome({ must_register: true, online: false }));

  expect(sceneOf(chat).value).toBe('offline');
});

it.each([
  [{ member: 3 }, { member_id: 3 }],
  [{ department: 4 }, { department_id: 4 }],
  [{ member: 'x' }, {}],
  [{ other: 1 }, {}],
  [null, {}],
])('asks for whom he chose: %j (W-29, R-11)', async (entry, wish) => {
  const { chat, asked, push } = chatWith(opens);
  push(welcome());

  chat.entrance.choose(entry as never);
  chat.writing.write('Hello');
  chat.send([]);

  await vi.waitFor(() => expect(named(asked, 'open_conversation')).toHaveLength(1));
  expect(named(asked, 'open_conversation')).toEqual([['open_conversation', wish]]);
});

it('goes to anybody when whom he chose is not there any more', async () => {
  const { chat, asked, push } = chatWith({
    ...opens,
    open_conversation: ({ member_id }) =>
      member_id ? new Refused('not_found', 'Not found.') : { conversation: aConversation() },
  });
  push(welcome());
  chat.entrance.choose({ member: 3 });
  chat.writing.write('Hello');
  chat.send([]);

  await vi.waitFor(() => expect(named(asked, 'post_message')).toHaveLength(1));

  expect(named(asked, 'open_conversation').map(([, wish]) => wish)).toEqual([{ member_id: 3 }, {}]);
});

it('is invited, and enters the conversation that comes of it (I-01)', async () => {
  const conversation = aConversation({ state: 'open' });
  const { chat, asked, push } = chatWith({ ...opens, answer_invitation: () => ({ conversation }) });
  push(welcome({ invitation }));
  push({ name: 'invited', invitation });

  await chat.entrance.answer(7, true);

  expect(asked[0]).toEqual(['answer_invitation', { invitation_id: 7, accepts: true }]);
  expect(chat.entrance.invitation.value).toBeNull();
  expect(chat.state.value?.id).toBe(conversation.id);
});

it('puts away only the invitation that has ended', () => {
  const { chat, push } = chatWith(opens);
  push(welcome({ invitation }));

  push({ name: 'invitation_ended', ...ended, invitation_id: 6 });
  expect(chat.entrance.invitation.value?.id).toBe(7);

  push({ name: 'invitation_ended', ...ended });
  expect(chat.entrance.invitation.value).toBeNull();
});

it('leaves an invitation where it is when nobody heard the answer', async () => {
  const { chat, push } = chatWith({ ...opens, answer_invitation: () => new Unreachable('') });
  push(welcome({ invitation }));

  await chat.entrance.answer(7, false);

  expect(chat.entrance.invitation.value?.id).toBe(7);
});

it('has accepted nothing by a window that opened by itself, and declines by closing it (CF-31)', async () => {
  const { chat, asked, push } = chatWith({
    ...opens,
    answer_invitation: () => ({ conversation: null }),
  });
  push(welcome({ invitation: { ...invitation, manner: 'direct' } }));

  await chat.entrance.answer(7, true);
  expect(asked).toEqual([]);
  expect(chat.entrance.invitation.value?.id).toBe(7);

  chat.entrance.closeWindow();
  await vi.waitFor(() =>
    expect(asked).toEqual([['answer_invitation', { invitation_id: 7, accepts: false }]]),
  );
});
