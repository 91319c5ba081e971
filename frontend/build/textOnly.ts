import path from 'node:path';
import type { Plugin } from 'vite';

const WIRE = path.resolve(import.meta.dirname, '../src/shared/wire');
const REPLACED = [
  { from: 'socket.io-client', what: 'socket.io-parser', by: 'socketPackets.ts' },
  { from: 'engine.io-client', what: 'engine.io-parser', by: 'enginePackets.ts' },
  { from: 'engine.io-client', what: './transports/index.js', by: 'transports.ts' },
];
const UNUSED = /polling|webtransport/;

/**
 * We speak text over websockets only.  socket.io-client's long polling, WebTransport and binary packets would travel
 * along unused, a tenth of the widget's budget.  Leave this plugin out and everything works with the library's own parts.
 */
export function textOnly(): Plugin {
  return {
    name: 'laike-text-only',
    enforce: 'pre',
    async resolveId(id, importer = '') {
      // The parts nobody uses keep what they import; they are shaken off as a whole.
      if (UNUSED.test(importer)) return;
      if (UNUSED.test(id) && importer.includes('/engine.io-client/')) {
        // They try out, when they are loaded, what the browser can: that alone would make them stay.
        const resolved = await this.resolve(id, importer, { skipSelf: true });
        return resolved && { ...resolved, moduleSideEffects: false };
      }
      const found = REPLACED.find(
        ({ from, what }) => what === id && importer.includes(`/${from}/`),
      );
      return found && path.join(WIRE, found.by);
    },
  };
}
