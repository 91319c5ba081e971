import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { aReception, aStyle } from '../../shared/testing';
import { sceneOf } from '../scene';
import { chatWith, settings } from '../testing';
import { VisitorChat } from '../visitorChat';
import { PretendLine } from './pretending';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function pretended() {
  const pretending = new PretendLine('Acme');
  const chat = new VisitorChat(chatWith({}).host, settings, pretending.line);
  return { pretending, chat, scene: sceneOf(chat) };
}

it('looks as the style says, and changes with it (Y-21)', () => {
  const { pretending, chat, scene } = pretended();
  pretending.show(aStyle({ title: 'Hats' }), aReception());
  expect([chat.style.value?.window.title, scene.value]).toEqual(['Hats', 'conversation']);

  pretending.show(aStyle({ title: 'Caps' }), aReception({ standing: 'closed' }));
  expect([chat.style.value?.window.title, scene.value]).toEqual(['Caps', 'offline']);
});

it('answers as a team would', async () => {
  const { pretending, chat } = pretended();
  pretending.show(aStyle(), aReception());

  chat.writing.write('Hello');
  chat.send([]);
  await vi.advanceTimersByTimeAsync(2_000);

  expect(chat.state.value?.member?.name).toBe('Your agent');
  expect(chat.state.value?.messages).toHaveLength(2);
});

it('shows the form before the chat, and lets him through', async () => {
  const { pretending, chat, scene } = pretended();
  const fields = [
    { key: 'name', label: '', kind: 'line' as const, is_required: true, options: [], url: '' },
  ];
  pretending.show(aStyle({}, { form: { fields, before_chat: true, board_url: '' } }), aReception());
  expect(scene.value).toBe('registration');

  await chat.entrance.register({ name: 'Wu' });
  expect(scene.value).toBe('conversation');
});
