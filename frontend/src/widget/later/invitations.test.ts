import { signal } from '@preact/signals-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { aConversation } from '../../shared/testing';
import { type Answers, chatWith, welcome } from '../testing';
import { beginInvitations } from './invitations';

const invitation = { id: 7, by: null, title: 'T', text: 'X', picture: '', manner: 'ask' as const };
const invitation_rules = [{ id: 4, after_seconds: 10, counts: 'page' as const, pages: [] }];
let stop = () => {};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  stop();
  vi.useRealTimers();
});

function begun(answers: Answers, changes = {}) {
  const { chat, host, asked, push } = chatWith(answers);
  const isOpen = signal(false);
  push(welcome({ invitation_rules, ...changes }));
  stop = beginInvitations({ chat, host, isOpen });
  return { chat, asked, isOpen };
}

it('asks when the moment has come, and says that it is on the screen (I-04)', async () => {
  const { chat, asked } = begun({ be_invited: () => ({ invitation }) });

  await vi.advanceTimersByTimeAsync(9_000);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_000);

  expect(chat.entrance.invitation.value?.id).toBe(7);
  expect(asked).toEqual([
    ['be_invited', { rule_id: 4 }],
    ['see_invitation', { invitation_id: 7 }],
  ]);
});

it('leaves alone who has opened the window, or talks already', async () => {
  const open = begun({});
  open.isOpen.value = true;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(open.asked).toEqual([]);
  stop();

  const talking = begun({}, { conversation: aConversation({ state: 'open' }) });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(talking.asked.filter(([name]) => name === 'be_invited')).toEqual([]);
});

it('counts only what he can see', async () => {
  const { asked } = begun({});
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  await vi.advanceTimersByTimeAsync(20_000);
  visibility.mockRestore();
  await vi.advanceTimersByTimeAsync(9_000);

  expect(asked).toEqual([]);
});
