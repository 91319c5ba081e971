import { expect, it } from 'vitest';
import type { OfflineMessage } from '../shared/events';
import { Inbox } from './inbox';

function aNote(changes: Partial<OfflineMessage> = {}): OfflineMessage {
  return {
    id: 1,
    visitor: { id: 12, number: 12, name: '', verified: false },
    name: 'Mr Wu',
    email: 'wu@mail.example',
    phone: '',
    text: 'Please call me',
    page_url: '',
    ip: '',
    created_at: '2026-03-01T09:00:00Z',
    handled_at: null,
    handled_by: null,
    handling_note: '',
    answers: [],
    ...changes,
  };
}
const handled = { handled_at: '2026-03-01T10:00:00Z', handled_by: { id: 3, name: 'Nina' } };

it('shows what is to be handled, the newest first', () => {
  const inbox = new Inbox();
  inbox.replace([aNote({ id: 1 }), aNote({ id: 3 }), aNote({ id: 2, ...handled })], 2, null);
  const shown = () => inbox.shown.value.map((message) => message.id);

  expect(shown()).toEqual([3, 1]);
  inbox.filter.value = 'handled';
  expect(shown()).toEqual([2]);
  inbox.filter.value = 'all';
  expect(shown()).toEqual([3, 2, 1]);
});

it('counts down once, however often it is told (L-06)', () => {
  const inbox = new Inbox();
  inbox.replace([aNote()], 1, null);

  inbox.handled(aNote(handled));
  inbox.hear({
    name: 'offline_message_handled',
    offline_message_id: 1,
    by: handled.handled_by,
    offline_message: aNote(handled),
  });

  expect(inbox.unhandled.value).toBe(0);
});

it('keeps an old one that is on the screen', () => {
  const inbox = new Inbox();
  inbox.rows.put(aNote({ id: 1 }));

  inbox.replace([aNote({ id: 90 })], 1, 1);
  expect(inbox.rows.has(1)).toBe(true);

  inbox.replace([aNote({ id: 90 })], 1, null);
  expect(inbox.rows.has(1)).toBe(false);
});

it('forgets what an erased visitor left', () => {
  const inbox = new Inbox();
  inbox.replace([aNote()], 1, null);

  inbox.hear({ name: 'visitor_erased', visitor_id: 12 });

  expect(inbox.rows.ids.value).toEqual([]);
});
