"""WebSocket frames (RFC 6455), as far as a chat needs them, read and written at C speed.

eventlet's own reader unmasks byte by byte in Python and lets a message of many fragments grow without end.  This one
refuses, before it stores anything: unmasked frames, reserved bits, control frames that are large, fragmented or too
many, and any message above the limit, however it is cut up.
"""

import struct
from collections.abc import Callable

from core.realtime.limits import Buckets

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
DATA = (TEXT, BINARY)
NORMAL, PROTOCOL_ERROR, BAD_TEXT, TOO_MANY, TOO_BIG = 1000, 1002, 1007, 1008, 1009
READ_AT_ONCE = 16384
MAX_FRAGMENTS = 64
MAX_CONTROL_PAYLOAD = 125
_FINAL, _RESERVED, _MASKED = 0x80, 0x70, 0x80


class BadFrame(Exception):
    """What came is not a WebSocket message we accept.  `status` tells the browser why it is cut off."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


class Ended(Exception):
    """The other side is gone, or said goodbye."""


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One unmasked, final frame, as servers send them."""
    size = len(payload)
    if size < 126:
        return bytes((_FINAL | opcode, size)) + payload
    if size < 65536:
        return struct.pack("!BBH", _FINAL | opcode, 126, size) + payload
    return struct.pack("!BBQ", _FINAL | opcode, 127, size) + payload


def close_frame(status: int) -> bytes:
    return frame(struct.pack("!H", status), CLOSE)


def unmask(payload: bytes, mask: bytes) -> bytes:
    """XOR with the repeated mask as two large integers: one C operation instead of a Python loop."""
    size = len(payload)
    repeated = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(repeated, "little")).to_bytes(size, "little")


class FrameReader:
    """The messages one browser sends.  Bytes that are not yet a whole frame stay in a buffer."""

    def __init__(self, recv: Callable[[int], bytes], send: Callable[[bytes], None], max_bytes: int, frames: tuple = (50, 400)):
        self._recv, self._send, self._max_bytes = recv, send, max_bytes
        self._buffer = b""
        self._at = 0
        self._frames, self._controls = Buckets(*frames), Buckets(per_second=2, burst=20)

    def next(self) -> tuple[int, bytes]:
        """The next whole message: its opcode and its bytes.  Raises Ended or BadFrame."""
        while True:
            final, opcode, payload = self._frame()
            if not self._frames.take(None):
                raise BadFrame(TOO_MANY)
            if opcode in DATA:
                return (opcode, payload) if final else (opcode, self._rest_of(payload))
            if opcode == CONTINUATION:
                raise BadFrame(PROTOCOL_ERROR)
            self._control(opcode, payload)

    def _rest_of(self, first: bytes) -> bytes:
        message = bytearray(first)
        for _ in range(MAX_FRAGMENTS):
            final, opcode, payload = self._frame(allowed=self._max_bytes - len(message))
            if opcode in DATA:
                raise BadFrame(PROTOCOL_ERROR)
            if opcode != CONTINUATION:
                self._control(opcode, payload)
                continue
            message += payload
            if final:
                return bytes(message)
        raise BadFrame(TOO_BIG)

    def _frame(self, allowed: int | None = None) -> tuple[bool, int, bytes]:
        if len(self._buffer) - self._at < 6:
            self._fill(6)
        first, second = self._buffer[self._at], self._buffer[self._at + 1]
        if first & _RESERVED or not second & _MASKED:
            raise BadFrame(PROTOCOL_ERROR)
        opcode, size, head = first & 0x0F, second & 0x7F, 6
        if opcode & 8 and (size > MAX_CONTROL_PAYLOAD or not first & _FINAL):
            raise BadFrame(PROTOCOL_ERROR)
        if size > 125:
            head = 8 if size == 126 else 14
            size = self._long_size(head)
        if size > (self._max_bytes if allowed is None or opcode & 8 else allowed):
            raise BadFrame(TOO_BIG)
        return bool(first & _FINAL), opcode, self._payload(head, size)

    def _long_size(self, head: int) -> int:
        if len(self._buffer) - self._at < head:
            self._fill(head)
        return int.from_bytes(self._buffer[self._at + 2 : self._at + head - 4], "big")

    def _payload(self, head: int, size: int) -> bytes:
        whole = head + size
        if len(self._buffer) - self._at < whole:
            self._fill(whole)
        start = self._at + head
        payload, mask = self._buffer[start : start + size], self._buffer[start - 4 : start]
        self._at += whole
        if self._at == len(self._buffer):
            self._buffer, self._at = b"", 0
        return unmask(payload, mask) if size else b""

    def _fill(self, wanted: int) -> None:
        """Read until `wanted` bytes lie ahead of the present place."""
        held = bytearray(self._buffer[self._at :])
        while len(held) < wanted:
            piece = self._recv(READ_AT_ONCE)
            if not piece:
                raise Ended
            held += piece
        self._buffer, self._at = bytes(held), 0

    def _control(self, opcode: int, payload: bytes) -> None:
        if not self._controls.take(None):
            raise BadFrame(TOO_MANY)
        if opcode == CLOSE:
            raise Ended
        if opcode == PING:
            self._send(frame(payload, PONG))
        elif opcode != PONG:
            raise BadFrame(PROTOCOL_ERROR)
