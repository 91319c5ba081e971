import { io, type Socket } from 'socket.io-client';
import type { ClientRequest, Named, ServerEvent } from './events';
import { answerIn, isRecord, Refused, Unreachable } from './refusal';

const ANSWER_WITHIN = 10_000;
const POLL_EVERY = 3_000;
const BLOCKED_AFTER = 2;

/**
 * connecting: not yet; live: over the socket; polling: websockets are blocked, plain HTTP works;
 * lost: was there and is trying again; refused: the server will not have us (see `refusal`).
 */
export type LinkState = 'connecting' | 'live' | 'polling' | 'lost' | 'refused';

export type TransportOptions = {
  /** Where the live processes listen, and the path of our Socket.IO server there. */
  liveUrl: string;
  path: string;
  /** The plain HTTP door for networks that block websockets. */
  callUrl: string;
  /** Read at every (re)connect, because tokens are renewed. */
  auth: () => Record<string, unknown> | Promise<Record<string, unknown>>;
  callHeaders: () => Record<string, string>;
};

type Listener = (event: ServerEvent) => void;

/** One caller's line to the server: asks requests, hears pushes, comes back by itself. */
export class Transport<R extends ClientRequest> {
  state: LinkState = 'connecting';
  refusal: Refused | null = null;

  readonly #options: TransportOptions;
  readonly #socket: Socket;
  readonly #listeners = new Set<Listener>();
  readonly #stateListeners = new Set<(state: LinkState) => void>();
  readonly #catchUps = new Set<() => void>();
  #failures = 0;
  #polling: ReturnType<typeof setInterval> | undefined;
  #restarting: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#socket = io(options.liveUrl, {
      path: options.path,
      transports: ['websocket'],
      autoConnect: false,
      auth: (give) => void Promise.resolve(options.auth()).then(give),
      reconnectionDelay: 500,
      reconnectionDelayMax: 10_000,
      randomizationFactor: 0.5,
      timeout: 8_000,
    });
    this.#listenToSocket();
    this.#listenToWindow();
  }

  start(): void {
    this.refusal = null;
    this.#socket.connect();
  }

  /** Leaves without a word to the listeners; `start` comes back. */
  stop(): void {
    this.#stopPolling();
    this.#socket.disconnect();
  }

  /** Asks and waits for the answer.  Throws `Refused` for a no and `Unreachable` for silence. */
  ask<N extends R['name']>(name: N, data: Named<R, N>['ask']): Promise<Named<R, N>['answer']> {
    if (this.#socket.connected) return this.#askSocket(name, data);
    if (this.#polling) return this.#askDoor(name, data);
    return Promise.reject(new Unreachable(name));
  }

  /** Says something nobody waits for, and that may be lost. */
  hint<N extends R['name']>(name: N, data: Named<R, N>['ask']): void {
    if (this.#socket.connected) this.#socket.volatile.emit(name, data);
  }

  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** Called whenever pushes may have been missed: connected again, focused again, every few seconds while polling. */
  onCatchUp(listener: () => void): () => void {
    this.#catchUps.add(listener);
    return () => this.#catchUps.delete(listener);
  }

  /** Hands an event to the listeners as if it had been pushed. */
  dispatch(event: ServerEvent): void {
    if (event.name === 'restart') this.#moveWithin(event.within);
    if (event.name === 'session_ended') this.#refuse(new Refused('session_ended', ''));
    for (const listener of this.#listeners) listener(event);
  }

  #listenToSocket(): void {
    this.#socket.on('connect', () => {
      this.#failures = 0;
      this.#stopPolling();
      this.#become('live');
      this.#catchUp();
    });
    this.#socket.on('disconnect', (reason) => {
      if (reason === 'io client disconnect') return;
      this.#become('lost');
      // A server that closes politely is draining: socket.io would not come back by itself then.
      if (reason === 'io server disconnect' && !this.refusal) this.#reconnectSoon();
    });
    this.#socket.on('connect_error', (error) => this.#connectFailed(error));
    this.#socket.onAny((name: string, data: unknown) => {
      this.dispatch({ ...(isRecord(data) ? data : {}), name } as ServerEvent);
    });
  }

  #listenToWindow(): void {
    const wake = () => {
      if (document.visibilityState !== 'visible' || this.refusal) return;
      if (this.#socket.connected) this.#catchUp();
      else this.#reconnectNow();
    };
    addEventListener('focus', wake);
    document.addEventListener('visibilitychange', wake);
    addEventListener('online', () => this.#reconnectNow());
    addEventListener('pagehide', () => this.stop());
    addEventListener('pageshow', (event) => {
      if (event.persisted && !this.refusal) this.start();
    });
  }

  /** Cuts the wait before the next attempt short. */
  #reconnectNow(): void {
    if (!this.#socket.connected && this.#socket.active) this.#socket.disconnect().connect();
  }

  /** Silence on a line that looks open: it may take a minute until anybody notices that it is dead. */
  #doubtLine(): void {
    if (!this.#socket.connected) return;
    this.#become('lost');
    this.#socket.disconnect().connect();
  }

  #connectFailed(error: Error & { data?: unknown }): void {
    if (!this.#socket.active) return this.#turnedAway(error);
    this.#failures += 1;
    if (this.state === 'live') this.#become('lost');
    if (this.#failures >= BLOCKED_AFTER && !this.#polling) this.#tryPolling();
  }

  /** The server answered the handshake with a no; a busy or draining one is worth another try. */
  #turnedAway(error: Error & { data?: unknown }): void {
    const data = isRecord(error.data) ? error.data : {};
    const code = String(data.code ?? error.message);
    if (code === 'busy' || code === 'restarting') return this.#reconnectSoon();
    this.#refuse(new Refused(code, String(data.message ?? '')));
  }

  #refuse(refusal: Refused): void {
    this.refusal = refusal;
    this.stop();
    this.#become('refused');
  }

  #reconnectSoon(within = 2_000): void {
    clearTimeout(this.#restarting);
    this.#restarting = setTimeout(() => this.#socket.connect(), Math.random() * within);
  }

  /** The process we talk to is about to stop: leave at a random moment, so that not everybody knocks at once. */
  #moveWithin(milliseconds: number): void {
    clearTimeout(this.#restarting);
    this.#restarting = setTimeout(
      () => this.#socket.disconnect().connect(),
      Math.random() * milliseconds,
    );
  }

  #tryPolling(): void {
    this.#polling = setInterval(() => this.#catchUp(), POLL_EVERY);
    this.#catchUp();
  }

  #stopPolling(): void {
    clearInterval(this.#polling);
    this.#polling = undefined;
  }

  #become(state: LinkState): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of this.#stateListeners) listener(state);
  }

  #catchUp(): void {
    for (const listener of this.#catchUps) listener();
  }

  async #askSocket<A>(name: string, data: unknown): Promise<A> {
    let reply: unknown;
    try {
      reply = await this.#socket.timeout(ANSWER_WITHIN).emitWithAck(name, data);
    } catch {
      this.#doubtLine();
      throw new Unreachable(name);
    }
    return answerIn<A>(reply);
  }

  async #askDoor<A>(event: string, data: unknown): Promise<A> {
    let reply: unknown;
    try {
      const response = await fetch(this.#options.callUrl, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...this.#options.callHeaders() },
        body: JSON.stringify({ event, data }),
        signal: AbortSignal.timeout?.(ANSWER_WITHIN),
      });
      if (response.status >= 500) throw new Unreachable(event);
      reply = await response.json();
    } catch {
      // The line itself is gone, not only the websocket.
      if (this.#polling) this.#become('lost');
      throw new Unreachable(event);
    }
    if (this.#polling) this.#become('polling');
    return answerIn<A>(reply);
  }
}
