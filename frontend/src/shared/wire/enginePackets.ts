/** Engine.IO packets without binary data, in place of engine.io-parser; see build/textOnly.ts. */

type Packet = { type: string; data?: string };

const TYPES = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop'];

export const protocol = 4;

export function encodePacket(
  { type, data }: Packet,
  _supportsBinary: boolean,
  give: (encoded: string) => void,
): void {
  give(TYPES.indexOf(type) + (data ?? ''));
}

export function decodePacket(encoded: unknown): Packet {
  const type = typeof encoded === 'string' ? TYPES[Number(encoded[0] ?? 'none')] : undefined;
  if (typeof encoded !== 'string' || !type) return { type: 'error', data: 'parser error' };
  return encoded.length > 1 ? { type, data: encoded.slice(1) } : { type };
}
