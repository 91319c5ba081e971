import type { Conversation, Message, Synced } from './events';
import type { Reception, Style, WindowStyle } from './style';

/** Examples for tests. */
export function aConversation(changes: Partial<Conversation> = {}): Conversation {
  return {
    id: 1,
    visitor: { id: 12, number: 12, name: '', verified: false },
    state: 'waiting',
    member: null,
    last_seq: 0,
    visitor_read_seq: 0,
    team_read_seq: 0,
    opened_at: '2026-03-01T09:00:00Z',
    accepted_at: null,
    closed_at: null,
    last_message: null,
    queued_at: '2026-03-01T09:00:00Z',
    assigned_by: null,
    rating: null,
    visitor_confirmed_seq: 0,
    team_confirmed_seq: 0,
    ...changes,
  };
}

export function aMessage(changes: Partial<Message> = {}): Message {
  const seq = changes.seq ?? 1;
  return {
    conversation_id: 1,
    seq,
    message_id: 100 + seq,
    client_id: `client-${seq}`,
    author: { kind: 'visitor', id: 12, name: 'Visitor 12' },
    text: `Message ${seq}`,
    file: null,
    at: '2026-03-01T09:00:00Z',
    ...changes,
  };
}

export function syncedWith(messages: Message[], last_seq: number, more = false): Synced {
  return { conversation_id: 1, messages, last_seq, visitor_read_seq: 0, team_read_seq: 0, more };
}

/** A style nobody has changed anything of, with `window` as given. */
export function aStyle(window: Partial<WindowStyle> = {}, changes: Partial<Style> = {}): Style {
  return {
    number: 1,
    launcher: {
      kind: 'bubble',
      place: 'floating',
      side: 'right',
      at: 'bottom',
      offset: { side: 20, edge: 20 },
      on: 'all',
      accent: '#0b7285',
      on_accent: '#ffffff',
      template: 'person',
      pictures: { online: '', offline: '' },
      text: '',
      hides_offline: false,
    },
    window: {
      title: '',
      skin: 'plain',
      accent: '#0b7285',
      on_accent: '#ffffff',
      scheme: 'auto',
      emoticons: 'native',
      menu: [
        'sound',
        'send_key',
        'transcript',
        'rating',
        'earlier',
        'offline_message',
        'privacy',
        'forum',
      ],
      welcome: '',
      introduction_html: '',
      picture: null,
      links: [],
      ads: { direction: 'up', seconds: 5, lines: [] },
      forum: null,
      payment: null,
      warning: '',
      contacts: [],
      logo: null,
      ...window,
    },
    texts: { busy: '', closing: '', offline_message: '', registration: '' },
    form: { fields: [], before_chat: false, board_url: '' },
    ...changes,
  };
}

export function aReception(changes: Partial<Reception> = {}): Reception {
  return { standing: 'online', entries: [], when_closed: 'form', opens_at: null, ...changes };
}
