import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OfflineMessage, ServerEvent } from '../shared/events';
import { aConversation, aMessage } from '../shared/testing';
import { Alerts } from './alerts';
import { Conversations } from './conversations';
import { Ending } from './ending';
import { Inbox } from './inbox';
import { Preferences } from './preferences';
import { Talks } from './talks';
import { aLine, anOfflineMessage, aPresentVisitor, aTalk, aTalkMessage } from './testing';
import { Visitors } from './visitors';

const ME = { id: 3, name: 'Nina' };
let bubbles: string[] = [];

class FakeNotification {
  static permission = 'granted';
  onclick: (() => void) | null = null;
  constructor(title: string) {
    bubbles.push(title);
  }
  close(): void {}
}

function aDesk({ speaks = true, isBusy = false } = {}) {
  const { line } = aLine({ sync: () => ({ messages: [], last_seq: 0, more: false }) });
  const writing = {
    line,
    me: ME,
    storage: localStorage,
    prefix: 'test:',
    uploadHeaders: () => ({}),
    onUnknown: () => {},
  };
  const conversations = new Conversations({
    ...writing,
    seesAll: () => false,
    ending: new Ending(() => {}),
    onAssigned: () => {},
    onReturned: () => {},
  });
  const visitors = new Visitors({ maySee: () => true, onHole: () => {} });
  const inbox = new Inbox(ME.id);
  const desk = { conversations, talks: new Talks(writing), visitors, inbox };
  const preferences = new Preferences(localStorage, 'test:');
  preferences.notifications.value = true;
  const play = vi.fn();
  const alerts = new Alerts({
    preferences,
    attention: signal(0),
    speaks: () => speaks,
    isBusy: () => isBusy,
    play,
    onChoose: () => {},
  });
  const hear = (event: ServerEvent) => alerts.hear(event, desk);
  const tones = () => play.mock.calls.map(([tone]) => tone);
  return { desk, preferences, hear, tones };
}

const opened: ServerEvent = { name: 'conversation_opened', conversation: aConversation() };
const written = { name: 'message_posted' as const, ...aMessage() };
const arrived = (...ids: number[]): ServerEvent => ({
  name: 'visitors_changed',
  version: 1,
  here: ids.map((id) => aPresentVisitor({ id })),
  moved: [],
  gone: [],
});

beforeEach(() => {
  localStorage.clear();
  bubbles = [];
  vi.stubGlobal('Notification', FakeNotification);
  vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  dispatchEvent(new Event('blur'));
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('somebody who looks elsewhere', () => {
  it('is called by whoever waits', () => {
    const { hear, tones } = aDesk();

    hear(opened);

    expect(tones()).toEqual(['doorbell']);
    expect(bubbles).toEqual(['A visitor is waiting']);
  });

  it('is called by an answer to a mail of his, not of others', () => {
    const { desk, hear } = aDesk();
    const replies = [
      {
        id: 5,
        client_id: '',
        author: null,
        text: 'One more thing',
        at: '2026-03-01T10:00:00Z',
        state: 'received' as const,
        sender: '',
      },
    ];
    const adams = { assigned_to: { id: 9, name: 'Adam' } };
    desk.inbox.rows.put(anOfflineMessage({ id: 1 }), anOfflineMessage({ id: 2, ...adams }));

    const answered = (changes: Partial<OfflineMessage>) => {
      const offline_message = anOfflineMessage({ replies, ...changes });
      const event: ServerEvent = { name: 'offline_message_changed', offline_message };
      hear(event);
      desk.inbox.hear(event);
    };
    answered({ id: 2, ...adams });
    expect(bubbles).toEqual([]);

    answered({ id: 1 });
    answered({ id: 1 });
    expect(bubbles).toEqual(['Mr Wu has answered by e-mail']);
  });

  it('hears one sound when somebody comes and writes at once', () => {
    const { desk, hear, tones } = aDesk();

    hear(opened);
    desk.conversations.hear(opened);
    hear(written);

    expect(tones()).toHaveLength(1);
  });

  it('is called by his own visitors and not by those of others', () => {
    const { desk, hear, tones } = aDesk();
    const mine = aConversation({ id: 1, state: 'open', member: ME });
    const adams = aConversation({ id: 2, state: 'open', member: { id: 9, name: 'Adam' } });
    desk.conversations.replace([mine, adams], new Set([12]));

    hear({ ...written, conversation_id: 2 });
    expect(tones()).toEqual([]);
    hear({ ...written, conversation_id: 1 });
    expect(tones()).toEqual(['chime']);
    expect(bubbles).toEqual(['Visitor 12']);
  });

  it('is called once for a message that is told twice', () => {
    const { desk, hear, tones } = aDesk();
    const mine = aConversation({ state: 'open', member: ME, last_seq: 1 });
    desk.conversations.replace([mine], new Set([12]));

    hear(written);

    expect(tones()).toEqual([]);
  });

  it('is called by colleagues, not by his own words from another tab', () => {
    const { desk, hear, tones } = aDesk();
    desk.talks.replace([aTalk()]);

    hear({ name: 'talk_message_posted', ...aTalkMessage({ author: ME }) });
    expect(tones()).toEqual([]);
    hear({ name: 'talk_message_posted', ...aTalkMessage() });
    expect(tones()).toEqual(['knock']);
  });

  it('is not called for arrivals unless he wants it, and then once for all of them (V-09)', () => {
    const { preferences, hear, tones } = aDesk();
    hear(arrived(1));
    expect(tones()).toEqual([]);

    const call = { bubble: true, sound: true, tone: 'drop' } as const;
    preferences.calls.value = { ...preferences.calls.value, visitor_arrives: call };
    hear(arrived(1, 2));
    expect(tones()).toEqual(['drop']);
    expect(bubbles).toEqual(['2 new visitors']);
  });

  it('gets the bubble without the sound, or the sound without the bubble', () => {
    const { preferences, hear, tones } = aDesk();
    preferences.sound.value = false;

    hear(opened);

    expect(tones()).toEqual([]);
    expect(bubbles).toHaveLength(1);
  });
});

it('only one of several tabs speaks', () => {
  const { hear, tones } = aDesk({ speaks: false });

  hear(opened);

  expect(tones()).toEqual([]);
  expect(bubbles).toEqual([]);
});

it('who is busy is not called for what a free colleague may do, but by his own visitors', () => {
  const { desk, hear, tones } = aDesk({ isBusy: true });
  desk.conversations.replace([aConversation({ state: 'open', member: ME })], new Set([12]));

  hear({ name: 'conversation_opened', conversation: aConversation({ id: 8 }) });
  expect(tones()).toEqual([]);
  hear(written);
  expect(tones()).toEqual(['chime']);
});

it('no bubble comes up for who looks at the page', () => {
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  dispatchEvent(new Event('focus'));
  const { hear, tones } = aDesk();

  hear(opened);

  expect(tones()).toEqual(['doorbell']);
  expect(bubbles).toEqual([]);
});
