import { Emitter } from '@socket.io/component-emitter';

/** Socket.IO packets without binary data, in place of socket.io-parser; see build/textOnly.ts. */

type Packet = { type: number; nsp: string; id?: number; data?: unknown };

export const protocol = 5;

export const PacketType = {
  CONNECT: 0,
  DISCONNECT: 1,
  EVENT: 2,
  ACK: 3,
  CONNECT_ERROR: 4,
  BINARY_EVENT: 5,
  BINARY_ACK: 6,
};

const ENCODED = /^([0-4])(?:(\/[^,]*),)?(\d*)(.*)$/s;
// The client emits these itself: hearing them from the wire would confuse it.
const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

export class Encoder {
  encode({ type, nsp, id, data }: Packet): string[] {
    const room = nsp && nsp !== '/' ? `${nsp},` : '';
    return [`${type}${room}${id ?? ''}${data == null ? '' : JSON.stringify(data)}`];
  }
}

type Decoded = { decoded: (packet: Packet) => void };

export class Decoder extends Emitter<Decoded, Decoded, Decoded> {
  add(encoded: unknown): void {
    this.emitReserved('decoded', decoded(encoded));
  }

  destroy(): void {}
}

function decoded(encoded: unknown): Packet {
  const [, type, nsp = '/', id, json] = ENCODED.exec(String(encoded)) ?? [];
  if (type === undefined) throw new Error('not a text packet');
  const packet: Packet = { type: Number(type), nsp };
  if (id) packet.id = Number(id);
  if (json) packet.data = JSON.parse(json);
  if (!isSound(packet)) throw new Error('invalid payload');
  return packet;
}

function isSound({ type, data }: Packet): boolean {
  switch (type) {
    case PacketType.EVENT:
      return Array.isArray(data) && typeof data[0] === 'string' && !RESERVED.has(data[0]);
    case PacketType.ACK:
      return Array.isArray(data);
    case PacketType.DISCONNECT:
      return data === undefined;
    default:
      return data === undefined || (typeof data === 'object' && data !== null);
  }
}
