import { decodePacket as officialDecode, encodePacket as officialEncode } from 'engine.io-parser';
import { Decoder as OfficialDecoder, Encoder as OfficialEncoder } from 'socket.io-parser';
import { describe, expect, it } from 'vitest';
import { decodePacket, encodePacket } from './enginePackets';
import { Decoder, Encoder, PacketType } from './socketPackets';

const packets = [
  {
    type: PacketType.CONNECT,
    nsp: '/',
    data: { token: '来客', page: { url: 'https://a.example/?q=1,2' } },
  },
  { type: PacketType.CONNECT, nsp: '/' },
  { type: PacketType.CONNECT, nsp: '/agents' },
  { type: PacketType.DISCONNECT, nsp: '/' },
  { type: PacketType.EVENT, nsp: '/', data: ['typing', { text: '12[3]"\\' }] },
  { type: PacketType.EVENT, nsp: '/', id: 0, data: ['post_message', { text: '👋🏽' }] },
  { type: PacketType.EVENT, nsp: '/agents', id: 1234, data: ['sync', { after: 7 }] },
  { type: PacketType.ACK, nsp: '/', id: 12, data: [{ ok: true }] },
  { type: PacketType.ACK, nsp: '/', id: 12, data: [] },
  { type: PacketType.CONNECT_ERROR, nsp: '/', data: { message: 'no', data: { code: 'busy' } } },
];

function heard(decoder: Decoder | OfficialDecoder, encoded: string): unknown {
  let packet: unknown;
  decoder.on(
    'decoded' as never,
    ((one: unknown) => {
      packet = one;
    }) as never,
  );
  decoder.add(encoded);
  return packet;
}

describe('our packets', () => {
  it.each(packets)('are written and read like the official ones: %j', (packet) => {
    const [encoded = ''] = new OfficialEncoder().encode(packet);

    expect(new Encoder().encode(packet)).toEqual([encoded]);
    expect(heard(new Decoder(), encoded)).toEqual(heard(new OfficialDecoder(), encoded));
  });

  it.each(['', '9', '2', '2{"a":1}', '2["connect"]', '3{}', '2[', '51-["x",{}]', '1[]'])(
    'are refused like the official ones when they are not sound: %j',
    (encoded) => {
      expect(() => heard(new Decoder(), encoded)).toThrow();
    },
  );

  it.each(['open', 'close', 'ping', 'pong', 'message', 'noop'])(
    'travel like the official ones: %s',
    (type) => {
      for (const data of [undefined, 'probe', '2["x"]']) {
        const packet = data === undefined ? { type } : { type, data };
        let ours = '';
        let theirs = '';
        encodePacket(packet, true, (encoded) => {
          ours = encoded;
        });
        officialEncode(packet as never, true, (encoded) => {
          theirs = String(encoded);
        });

        expect(ours).toBe(theirs);
        expect(decodePacket(ours)).toEqual(officialDecode(theirs, 'arraybuffer'));
      }
    },
  );

  it('know nonsense when they see it', () => {
    for (const nonsense of ['', 'x', '9', new ArrayBuffer(2)])
      expect(decodePacket(nonsense)).toEqual({ type: 'error', data: 'parser error' });
  });
});
