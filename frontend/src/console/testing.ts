import { vi } from 'vitest';
import type {
  Colleague,
  Notice,
  OfflineMessage,
  PresentVisitor,
  ServerEvent,
  Talk,
  TalkMessage,
} from '../shared/events';
import type { DeskLine } from './deskLine';

/** Examples for tests. */
export function aPresentVisitor(changes: Partial<PresentVisitor> = {}): PresentVisitor {
  const id = changes.id ?? 12;
  return {
    id,
    number: id,
    name: '',
    verified: false,
    visit_id: 100 + id,
    site_id: 1,
    began_at: '2026-03-01T09:00:00Z',
    ip: '203.0.113.7',
    device: 'Firefox · Linux',
    language: 'en',
    referrer: '',
    referrer_domain: '',
    visits_count: 1,
    page: { url: 'https://shop.example/hats?size=7', title: 'Hats', at: '2026-03-01T09:00:00Z' },
    location: '',
    search: null,
    zone: 'Europe/Lisbon',
    screen: '1440×900',
    invitation: null,
    conversation: null,
    ...changes,
  };
}

export function anOfflineMessage(changes: Partial<OfflineMessage> = {}): OfflineMessage {
  return {
    id: 1,
    visitor: { id: 12, number: 12, name: '', verified: false },
    assigned_to: null,
    referrer_domain: '',
    site: 'Shop',
    replies: [],
    name: 'Mr Wu',
    email: 'wu@mail.example',
    phone: '',
    text: 'Please call me',
    page_url: '',
    ip: '',
    location: '',
    created_at: '2026-03-01T09:00:00Z',
    handled_at: null,
    handled_by: null,
    handling_note: '',
    answers: [],
    ...changes,
  };
}

export function aTalk(changes: Partial<Talk> = {}): Talk {
  return {
    id: 5,
    title: '',
    members: [
      { id: 3, name: 'Nina' },
      { id: 9, name: 'Adam' },
    ],
    last_seq: 0,
    read: {},
    last_message: null,
    ...changes,
  };
}

export function aTalkMessage(changes: Partial<TalkMessage> = {}): TalkMessage {
  const seq = changes.seq ?? 1;
  return {
    talk_id: 5,
    seq,
    message_id: 200 + seq,
    client_id: `talk-${seq}`,
    author: { id: 9, name: 'Adam' },
    text: `Word ${seq}`,
    file: null,
    at: '2026-03-01T09:00:00Z',
    ...changes,
  };
}

export function aColleague(changes: Partial<Colleague> = {}): Colleague {
  return {
    id: 9,
    name: 'Adam',
    number: '1002',
    presence: 'online',
    receives: true,
    talking: 0,
    limit: 15,
    departments: [],
    ...changes,
  };
}

export function aNotice(changes: Partial<Notice> = {}): Notice {
  return {
    kind: 'announcement',
    text: 'New prices from May on',
    level: 'info',
    id: 'announcement:1',
    until: null,
    link: '',
    ...changes,
  };
}

/** A line whose other end is the test: what was asked, how it is answered, what is pushed, when to catch up. */
export function aLine(answers: Record<string, (data: never) => unknown> = {}) {
  const listeners = new Set<(event: ServerEvent) => void>();
  const catchUps = new Set<() => void>();
  const asked: [string, unknown][] = [];
  const line = {
    ask: vi.fn(async (name: string, data: never) => {
      asked.push([name, data]);
      return answers[name]?.(data) ?? {};
    }),
    hint: vi.fn(),
    onEvent: (listener: (event: ServerEvent) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onState: () => () => {},
    onCatchUp: (listener: () => void) => {
      catchUps.add(listener);
      return () => catchUps.delete(listener);
    },
    start: vi.fn(),
    stop: vi.fn(),
    state: 'live',
    refusal: null,
  } as unknown as DeskLine;
  const push = (event: ServerEvent) => {
    for (const listener of listeners) listener(event);
  };
  const catchUp = () => {
    for (const again of catchUps) again();
  };
  return { line, asked, push, catchUp };
}
