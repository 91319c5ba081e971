import { expect, it } from 'vitest';
import { Inbox } from './inbox';
import { anOfflineMessage } from './testing';

const handled = { handled_at: '2026-03-01T10:00:00Z', handled_by: { id: 3, name: 'Nina' } };

it('shows what is to be handled, the newest first', () => {
  const inbox = new Inbox(3);
  inbox.replace(
    [
      anOfflineMessage({ id: 1 }),
      anOfflineMessage({ id: 3 }),
      anOfflineMessage({ id: 2, ...handled }),
    ],
    2,
    null,
  );
  const shown = () => inbox.shown.value.map((message) => message.id);

  expect(shown()).toEqual([3, 1]);
  inbox.filter.value = 'handled';
  expect(shown()).toEqual([2]);
  inbox.filter.value = 'all';
  expect(shown()).toEqual([3, 2, 1]);
});

it('shows by itself what one has been given', () => {
  const inbox = new Inbox(3);
  const mine = { assigned_to: { id: 3, name: 'Nina' } };
  inbox.replace(
    [
      anOfflineMessage({ id: 1, ...mine }),
      anOfflineMessage({ id: 2 }),
      anOfflineMessage({ id: 3, ...mine, ...handled }),
    ],
    2,
    null,
  );

  inbox.filter.value = 'mine';

  expect(inbox.shown.value.map((message) => message.id)).toEqual([1]);
});

it('counts again what the visitor has answered', () => {
  const inbox = new Inbox(3);
  inbox.replace([anOfflineMessage({ ...handled, location: '德国' })], 0, null);

  inbox.hear({
    name: 'offline_message_changed',
    offline_message: anOfflineMessage({ location: 'Germany' }),
  });

  expect(inbox.unhandled.value).toBe(1);
  expect(inbox.rows.row(1)?.value.location).toBe('德国');
});

it('counts down once, however often it is told (L-06)', () => {
  const inbox = new Inbox(3);
  inbox.replace([anOfflineMessage()], 1, null);

  inbox.put(anOfflineMessage(handled));
  inbox.hear({
    name: 'offline_message_handled',
    offline_message_id: 1,
    by: handled.handled_by,
    offline_message: anOfflineMessage(handled),
  });

  expect(inbox.unhandled.value).toBe(0);
});

it('keeps an old one that is on the screen', () => {
  const inbox = new Inbox(3);
  inbox.rows.put(anOfflineMessage({ id: 1 }));

  inbox.replace([anOfflineMessage({ id: 90 })], 1, 1);
  expect(inbox.rows.has(1)).toBe(true);

  inbox.replace([anOfflineMessage({ id: 90 })], 1, null);
  expect(inbox.rows.has(1)).toBe(false);
});

it('forgets what an erased visitor left', () => {
  const inbox = new Inbox(3);
  inbox.replace([anOfflineMessage()], 1, null);

  inbox.hear({ name: 'visitor_erased', visitor_id: 12 });

  expect(inbox.rows.ids.value).toEqual([]);
});
