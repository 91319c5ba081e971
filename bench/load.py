"""The load: many browsers in one small process, which must never be what is measured.

`echo '{"sockets": […], "phases": […]}' | python -m bench.load` connects, sends, measures, and prints a line of JSON for
the connections and one for each phase.

It speaks just enough WebSocket and Socket.IO, on epoll, and takes frames apart without reading their JSON: 15 to 25 µs
of CPU a message, which its answer tells too (`own_cpu`).  Loopback only.
"""

import json
import math
import os
import re
import select
import socket
import struct
import sys
import time
import uuid
from collections import deque
from dataclasses import dataclass

READ_AT_ONCE = 65536
CONNECTING_AT_ONCE = 16
PATIENCE = 60.0
_HANDSHAKE = (
    "GET {path}?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: bGFpa2UgYmVuY2htYXJrMQ==\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n"
)
_TEXT = " hello there, my order has not arrived yet; could you have a look please"
_NUMBER = re.compile(rb"@(\d+)@")


def masked_frame(payload: bytes) -> bytes:
    """A client's frame.  Its mask is zero, which is as good as any: the server unmasks all the same."""
    size = len(payload)
    head = struct.pack("!BB", 0x81, 0x80 | size) if size < 126 else struct.pack("!BBH", 0x81, 0x80 | 126, size)
    return head + b"\0\0\0\0" + payload


class Browser:
    """One socket: how far its handshake has come, and what has been read of the next frame."""

    def __init__(self, load: "Load", port: int, path: str, auth: dict, headers: dict):
        self._load, self._path, self._auth, self._last = load, path, auth, b""
        self._take_bytes, self._rest, self._acks = self._take_handshake, b"", {}
        self._asked = 0
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._hello = _HANDSHAKE.format(path=path, port=port, headers=lines).encode()
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(self._hello)
        self.socket.setblocking(False)
        self.is_ready = False

    def send(self, payload: bytes) -> None:
        self.socket.send(masked_frame(payload))

    def post(self, message: "Message") -> None:
        self._asked += 1
        self._acks[self._asked] = message
        self.send(b'42%d["post_message",{"conversation_id":%d,"client_id":"%s","text":"%s"}]' % (
            self._asked, message.conversation.id, str(uuid.UUID(int=message.key)).encode(), message.text,
        ))  # fmt: skip

    def read(self) -> None:
        try:
            data = self.socket.recv(READ_AT_ONCE)
        except BlockingIOError:
            return
        if not data:
            raise SystemExit(f"a socket of {self._path} was closed by the server; the last it said: {self._last[:300]!r}")
        self._take_bytes(self._rest + data if self._rest else data)

    def _take_handshake(self, data: bytes) -> None:
        head, found, rest = data.partition(b"\r\n\r\n")
        if not found:
            self._rest = data
            return
        if not head.startswith(b"HTTP/1.1 101"):
            raise SystemExit(f"no websocket: {head[:200]!r}")
        self._take_bytes = self._take_frames
        self._take_frames(rest)

    def _take_frames(self, data: bytes) -> None:
        at, end = 0, len(data)
        while end - at >= 2:
            size, head = data[at + 1], 2
            if size == 126:
                if end - at < 4:
                    break
                size, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
            elif size == 127:
                if end - at < 10:
                    break
                size, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
            if end - at < head + size:
                break
            self._take(data[at + head : at + head + size])
            at += head + size
        self._rest = data[at:]

    def _take(self, payload: bytes) -> None:
        self._last, kind = payload, payload[:2]
        if kind == b"43":
            bracket = payload.index(b"[")
            self._load.acknowledged(self._acks.pop(int(payload[2:bracket])), payload)
        elif kind == b"42":
            if payload.startswith(b'42["message_posted"'):
                self._load.delivered(self, payload)
        elif kind == b"40":
            self.is_ready = True
            self._load.ready += 1
        elif kind[:1] == b"2":
            self.send(b"3")
        elif kind[:1] == b"0":
            self.send(b"40" + json.dumps(self._auth).encode())
        elif kind == b"44" or kind[:1] == b"1":
            raise SystemExit(f"refused: {payload[:300]!r}")


class Conversation:
    """One message under way at a time, as the protocol has it; others wait behind it."""

    def __init__(self, id: int, writer: Browser):
        self.id, self.writer = id, writer
        self.waiting: deque[Message] = deque()
        self.is_busy = False


@dataclass
class Message:
    conversation: Conversation
    number: int
    due: float
    key: int
    text: bytes


class Load:
    """A phase's `mode` is "saturate" (each conversation always has one message under way), "rate" (so many messages a

    second, whether or not earlier ones were answered) or "idle".
    """

    def __init__(self, sockets: list[dict], phases: list[dict], pids: list[int] = ()):
        self._planned, self._phases, self._pids = deque(sockets), phases, pids
        self._poll, self._browsers = select.epoll(), {}
        self._conversations: list[Conversation] = []
        self._run_key = uuid.uuid4().int
        self._messages: dict[int, Message] = {}
        self.ready = self._numbers = 0

    def run(self) -> None:
        print(json.dumps(self._connect_all()), flush=True)
        for phase in self._phases:
            print(json.dumps(self._run_phase(**phase)), flush=True)

    def _run_phase(self, mode: str, seconds: float, warm: float = 1.0, rate: float = 0) -> dict:
        self._mode, self._rate, self._began, self._due = mode, rate, time.monotonic(), 0
        self._acks, self._deliveries, self._refused, self._delivered_all, self._acked_all = [], [], 0, 0, 0
        self._is_measuring = self._is_ending = False
        if mode == "saturate":
            for conversation in self._conversations:
                self._write(conversation, time.monotonic())
        self._turn_until(self._began + warm)
        cpu, own, began = self._cpu(), time.process_time(), time.monotonic()
        self._is_measuring = True
        self._turn_until(began + seconds)
        self._is_measuring, ended = False, time.monotonic()
        cpu, own = self._cpu() - cpu, time.process_time() - own
        self._is_ending = True
        self._turn_until(time.monotonic() + 5, or_quiet=True)
        return self._figures(ended - began, cpu, own)

    def acknowledged(self, message: Message, answer: bytes) -> None:
        now = time.monotonic()
        self._acked_all += 1
        if b'"ok":true' not in answer[:40]:
            self._refused += 1
            if self._refused > 20:
                raise SystemExit(f"refused: {answer[:300]!r}")
        if self._is_measuring:
            self._acks.append(now - message.due)
        conversation = message.conversation
        conversation.is_busy = False
        if conversation.waiting:
            self._post(conversation.waiting.popleft())
        elif self._mode == "saturate" and not self._is_ending:
            self._write(conversation, now)

    def delivered(self, browser: Browser, payload: bytes) -> None:
        """To the other one in the conversation.  (Ours tells the writer's own tabs too; that is not counted.)"""
        found = _NUMBER.search(payload)
        message = self._messages.get(int(found[1])) if found else None
        if message is None or message.conversation.writer is browser:
            return
        del self._messages[message.number]
        self._delivered_all += 1
        if self._is_measuring:
            self._deliveries.append(time.monotonic() - message.due)

    def _write(self, conversation: Conversation, due: float) -> None:
        self._numbers += 1
        number = self._numbers
        text = f"@{number}@{_TEXT}"[:80].encode()
        message = self._messages[number] = Message(conversation, number, due, self._run_key ^ number, text)
        if conversation.is_busy:
            conversation.waiting.append(message)
        else:
            self._post(message)

    def _post(self, message: Message) -> None:
        message.conversation.is_busy = True
        message.conversation.writer.post(message)

    def _write_due(self) -> None:
        """Open loop: what is due by now, evenly over the conversations."""
        due = int((time.monotonic() - self._began) * self._rate)
        while self._due < due:
            # A step that visits all conversations in an order unlike their numbers.
            conversation = self._conversations[self._due * 61 % len(self._conversations)]
            self._write(conversation, self._began + self._due / self._rate)
            self._due += 1

    def _connect_all(self) -> dict:
        began, wanted = time.monotonic(), len(self._planned)
        while self.ready < wanted:
            while self._planned and len(self._browsers) - self.ready < CONNECTING_AT_ONCE:
                self._connect(self._planned.popleft())
            self._turn(0.1)
            if time.monotonic() - began > PATIENCE:
                raise SystemExit(f"only {self.ready} of {wanted} sockets connected")
        return {"ready": self.ready, "connect_seconds": time.monotonic() - began}

    def _connect(self, plan: dict) -> None:
        browser = Browser(self, plan["port"], plan["path"], plan["auth"], plan.get("headers", {}))
        self._browsers[browser.socket.fileno()] = browser
        self._poll.register(browser.socket, select.EPOLLIN)
        self._conversations += [Conversation(id, browser) for id in plan.get("writes", ())]

    def _turn_until(self, moment: float, or_quiet: bool = False) -> None:
        while (left := moment - time.monotonic()) > 0:
            if or_quiet and not any(conversation.is_busy for conversation in self._conversations) and not self._messages:
                return
            if self._mode == "rate" and not self._is_ending:
                self._write_due()
                left = min(left, 0.0005)
            self._turn(left)

    def _turn(self, seconds: float) -> None:
        # epoll counts in whole milliseconds, which would be most of what we measure; select on it does not.
        if select.select([self._poll], [], [], seconds)[0]:
            for number, _ in self._poll.poll(0):
                self._browsers[number].read()

    def _cpu(self) -> float:
        """Seconds the measured processes have computed."""
        ticks = 0
        for pid in self._pids:
            with open(f"/proc/{pid}/stat") as stat:
                ticks += sum(map(int, stat.read().rpartition(")")[2].split()[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _figures(self, seconds: float, cpu: float, own: float) -> dict:
        count = len(self._acks)
        return {
            "per_second": count / seconds,
            "cpu_us": cpu / count * 1e6 if count else math.nan,
            "cpu": cpu / seconds,
            "own_cpu": own / seconds,
            "refused": self._refused,
            "acknowledged": self._acked_all,
            "undelivered": self._acked_all - self._delivered_all,
            "ack_p50": quantile(self._acks, 0.5),
            "ack_p99": quantile(self._acks, 0.99),
            "delivery_p50": quantile(self._deliveries, 0.5),
            "delivery_p99": quantile(self._deliveries, 0.99),
        }


def quantile(seconds: list[float], share: float) -> float:
    """In milliseconds."""
    return sorted(seconds)[int(share * (len(seconds) - 1))] * 1000 if seconds else math.nan


if __name__ == "__main__":
    Load(**json.load(sys.stdin)).run()
