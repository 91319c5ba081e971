import { WebSocket } from 'engine.io-client';

/** In place of engine.io-client's three ways to travel; see build/textOnly.ts. */
export const transports = {
  // That module is still being evaluated while it imports this one, so it is asked for later.
  get websocket() {
    return WebSocket;
  },
};
