"""A browser that may do what browsers never do."""

import json
import os
import socket
import struct
import time
from contextlib import suppress

from core.realtime.frames import unmask


class RawBrowser:
    """A WebSocket by hand, so that every rule of it can be broken."""

    def __init__(self, port: int, path: str = "/live/widget", auth: dict | None = None, receive_buffer: int | None = None):
        self._socket = socket.socket()
        if receive_buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(10)
        self._socket.connect(("127.0.0.1", port))
        self._buffer = b""
        self._shake_hands(port, path)
        assert self.receive().startswith("0")
        if auth is not None:
            self.send("40" + json.dumps(auth))
            self.answer = self.receive()

    def send(self, text: str) -> None:
        self.send_frame(text.encode())

    def send_frame(
        self, payload: bytes, opcode: int = 1, final: bool = True, reserved: int = 0, is_masked: bool = True
    ) -> None:
        head = bytes([(0x80 if final else 0) | reserved | opcode])
        self._socket.sendall(head + size_of(len(payload), is_masked) + (masked(payload) if is_masked else payload))

    def send_bytes(self, data: bytes) -> None:
        self._socket.sendall(data)

    def ask(self, event: str, data, ack: int = 1) -> dict:
        """Ask an event and wait for its ack, whatever else comes meanwhile."""
        self.send(f"42{ack}" + json.dumps([event, data]))
        return self.answer_to(ack)

    def answer_to(self, ack: int) -> dict:
        while not (message := self.receive()).startswith(f"43{ack}["):
            assert message, "the server ended the connection"
        return json.loads(message[message.index("[") :])[0]

    def receive(self) -> str:
        """The next text, or "" when the other side has ended the connection."""
        while True:
            opcode, payload = self.receive_frame()
            if opcode == 1:
                return payload.decode()
            if opcode in (8, None):
                return ""

    def receive_frame(self) -> tuple[int | None, bytes]:
        """The next frame; pings are answered.  No opcode when the connection has ended."""
        while True:
            opcode, payload = self._next_frame()
            if payload != b"2":
                return opcode, payload
            with suppress(OSError):
                self.send("3")

    def is_cut_off(self, within: float = 5) -> bool:
        """Whether the server ends this connection."""
        deadline = time.monotonic() + within
        self._socket.settimeout(within)
        try:
            while time.monotonic() < deadline:
                opcode, _ = self.receive_frame()
                if opcode in (None, 8):
                    return True
        except TimeoutError:
            pass
        return False

    def close(self) -> None:
        self._socket.close()

    def _shake_hands(self, port: int, path: str) -> None:
        self._socket.sendall(
            f"GET {path}/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += self._receive_some()
        self.head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")

    def _next_frame(self) -> tuple[int | None, bytes]:
        try:
            first, size = self._read(2)
            if size > 125:
                size = int.from_bytes(self._read(2 if size == 126 else 8), "big")
            return first & 15, self._read(size)
        except ConnectionError:
            return None, b""

    def _read(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._buffer += self._receive_some()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def _receive_some(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionResetError
        return data


def size_of(size: int, is_masked: bool) -> bytes:
    bit = 0x80 if is_masked else 0
    if size < 126:
        return bytes([bit | size])
    return struct.pack("!BH", bit | 126, size) if size < 65536 else struct.pack("!BQ", bit | 127, size)


def masked(payload: bytes) -> bytes:
    mask = os.urandom(4)
    return mask + unmask(payload, mask)
