import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { WidgetRequest } from './events';
import { Refused, Unreachable } from './refusal';
import { Transport } from './transport';

type Handler = (...values: unknown[]) => void;

/** socket.io-client's socket, as far as we use it. */
class FakeSocket {
  connected = false;
  active = true;
  connects = 0;
  answer: unknown = { ok: true };
  readonly handlers = new Map<string, Handler>();
  on(name: string, handler: Handler) {
    this.handlers.set(name, handler);
    return this;
  }
  onAny(handler: Handler) {
    this.handlers.set('*', handler);
  }
  fire(name: string, ...values: unknown[]) {
    if (name === 'connect') this.connected = true;
    if (name === 'disconnect') this.connected = false;
    this.handlers.get(name)?.(...values);
  }
  push(name: string, data: unknown) {
    this.handlers.get('*')?.(name, data);
  }
  connect() {
    this.connects += 1;
    return this;
  }
  disconnect() {
    this.connected = false;
    return this;
  }
  timeout() {
    const { answer } = this;
    return {
      emitWithAck: async () => {
        if (answer instanceof Error) throw answer;
        return answer;
      },
    };
  }
}

let socket: FakeSocket;
vi.mock('socket.io-client', () => ({ io: () => socket }));

function transport() {
  const line = new Transport<WidgetRequest>({
    liveUrl: 'http://live.example',
    path: '/live/widget',
    callUrl: '/w/x/call',
    auth: () => ({}),
    callHeaders: () => ({ 'X-Visitor': 'token' }),
  });
  const states: string[] = [];
  const events: string[] = [];
  const catchUps = vi.fn();
  line.onState((state) => states.push(state));
  line.onEvent((event) => events.push(event.name));
  line.onCatchUp(catchUps);
  line.start();
  return { line, states, events, catchUps };
}

const sync = { conversation_id: 1, after: 0 };

beforeEach(() => {
  vi.useFakeTimers();
  socket = new FakeSocket();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('catches up whenever it is connected', () => {
  const { states, catchUps } = transport();

  socket.fire('connect');
  socket.fire('disconnect', 'transport close');
  socket.fire('connect');

  expect(states).toEqual(['live', 'lost', 'live']);
  expect(catchUps).toHaveBeenCalledTimes(2);
});

it('hands pushes on under their names', () => {
  const { events } = transport();

  socket.push('heads', { heads: {} });

  expect(events).toEqual(['heads']);
});

it('unwraps answers, and tells a no from silence', async () => {
  const { line } = transport();
  socket.fire('connect');

  socket.answer = { ok: true, last_seq: 3 };
  expect(await line.ask('sync', sync)).toMatchObject({ last_seq: 3 });

  socket.answer = { ok: false, error: { code: 'not_found', message: 'Gone.' } };
  await expect(line.ask('sync', sync)).rejects.toEqual(new Refused('not_found', 'Gone.'));

  socket.answer = new Error('operation has timed out');
  await expect(line.ask('sync', sync)).rejects.toBeInstanceOf(Unreachable);
});

it('does not trust a line that stays silent', async () => {
  const { line, states } = transport();
  socket.fire('connect');
  socket.answer = new Error('operation has timed out');

  await line.ask('sync', sync).catch(() => {});

  expect(states).toEqual(['live', 'lost']);
  expect(socket.connects).toBe(2);
});

it('asks over plain HTTP where websockets are blocked, every three seconds', async () => {
  const fetched = vi.fn(async () => Response.json({ ok: true, last_seq: 1 }));
  vi.stubGlobal('fetch', fetched);
  const { line, states, catchUps } = transport();

  socket.fire('connect_error', new Error('websocket error'));
  socket.fire('connect_error', new Error('websocket error'));
  await line.ask('sync', sync);
  await vi.advanceTimersByTimeAsync(6_100);

  expect(states).toEqual(['polling']);
  expect(catchUps).toHaveBeenCalledTimes(3);
  expect(fetched).toHaveBeenCalledWith(
    '/w/x/call',
    expect.objectContaining({ body: JSON.stringify({ event: 'sync', data: sync }) }),
  );

  socket.fire('connect');
  await vi.advanceTimersByTimeAsync(6_100);

  expect(states).toEqual(['polling', 'live']);
  expect(catchUps).toHaveBeenCalledTimes(4);
});

it('is lost when plain HTTP fails too', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Failed to fetch');
  });
  const { line, states } = transport();

  socket.fire('connect_error', new Error('websocket error'));
  socket.fire('connect_error', new Error('websocket error'));

  await expect(line.ask('sync', sync)).rejects.toBeInstanceOf(Unreachable);
  expect(states).toEqual(['lost']);
});

it('leaves a process that is about to stop, at a moment of its own', async () => {
  transport();
  socket.fire('connect');

  socket.push('restart', { within: 2000 });
  expect(socket.connects).toBe(1);
  await vi.advanceTimersByTimeAsync(2_000);

  expect(socket.connects).toBe(2);
});

it('stays away once it was told that the session has ended', async () => {
  const { line, states } = transport();
  socket.fire('connect');

  socket.push('session_ended', { reason: 'ended' });
  await vi.advanceTimersByTimeAsync(60_000);

  expect(states).toEqual(['live', 'refused']);
  expect(line.refusal).toMatchObject({ code: 'session_ended', message: '' });
  expect(socket.connects).toBe(1);
});

it('says why the server will not have it', () => {
  const { line, states } = transport();

  socket.active = false;
  socket.fire(
    'connect_error',
    Object.assign(new Error('no'), { data: { code: 'site_not_found', message: 'No such site.' } }),
  );

  expect(states).toEqual(['refused']);
  expect(line.refusal).toEqual(new Refused('site_not_found', 'No such site.'));
});
