"""The fast lane: an Engine.IO socket without queue, writer greenlet and ping greenlet.

It replaces `engineio.socket.Socket` for speed and memory only: LIVE_FAST=no leaves the library as it is, and the same
handlers answer.  Hot events (`post_message`, `typing`) go from the raw frame straight to a plain function; everything
else goes through python-socketio as usual.  Because it stands on internals, `install` refuses other versions than those
whose behaviour the contract tests have checked with the official JavaScript client.
"""

import logging
from importlib.metadata import version

import orjson
from engineio import packet as engineio_packet
from engineio import socket as engineio_socket
from eventlet import hubs

from core.realtime import green
from core.realtime.caller import Caller
from core.realtime.door import Door
from core.realtime.frames import BAD_TEXT, NORMAL, PROTOCOL_ERROR, TEXT, BadFrame, Ended, FrameReader, close_frame, frame
from core.realtime.line import DISCONNECT, Line
from core.realtime.outgoing import Outgoing
from core.realtime.pings import PingWheel
from core.realtime.push import Push, encoded

log = logging.getLogger(__name__)

CHECKED_VERSIONS = {"eventlet": "0.41.3", "python-engineio": "4.15.1", "python-socketio": "5.18.1"}
FRAMES_PER_TURN = 16
GOODBYE_SECONDS = 0.05
LONGEST_EVENT_NAME = 32
_PING, _PONG, _CLOSE, _MESSAGE = b"2", b"3", b"1", b"4"
_PING_FRAME, _CLOSE_FRAME = frame(_PING), frame(_CLOSE)
_EVENT = b"42"


class UncheckedVersions(RuntimeError):
    """The fast lane was never tried with these versions.  Set LIVE_FAST=no, or run its contract tests and update it."""


def install(ping_interval: float, frames: tuple[float, int]) -> None:
    """Put the lane in place of the library's socket, for every server made afterwards in this process.

    `frames` is how many frames a socket may send: a second, and at once.
    """
    found = {name: version(name) for name in CHECKED_VERSIONS}
    if found != CHECKED_VERSIONS:
        raise UncheckedVersions(f"checked with {CHECKED_VERSIONS}, found {found}")
    wheel = PingWheel(ping_interval)
    engineio_socket.Socket = type("LaneSocketOfThisProcess", (LaneSocket,), {"wheel": wheel, "frames": frames})
    green.spawn(wheel.run)


class FastLine(Line):
    """A line that writes frames straight to its socket."""

    def deliver(self, push: Push) -> None:
        self.socket.write(push.frame)

    def hang_up(self) -> None:
        self.socket.write(frame(_MESSAGE + DISCONNECT.encode()))
        self.cut()

    def end(self) -> None:
        # Nobody watches the session of a line that has ended: hot events must not go on through it.
        self.socket.line = None


class LaneSocket(engineio_socket.Socket):
    """One connected browser.  `line` and `door` are set when it has said who it is."""

    wheel: PingWheel
    frames: tuple[float, int]

    def __init__(self, server, sid: str):
        # Not the library's __init__: it would create a queue, which is most of an idle socket's memory.
        self.server, self.sid = server, sid
        self.connected = self.upgrading = self.upgraded = self.closing = self.closed = False
        self.session: dict = {}
        self.is_silent = False
        self.line: FastLine | None = None
        self.door: Door | None = None
        self._before: list[bytes] = []
        self._outgoing: Outgoing | None = None

    def make_line(self, caller: Caller, door: Door) -> FastLine:
        self.line, self.door = FastLine(caller, self), door
        return self.line

    def write(self, data: bytes) -> None:
        """Send one ready frame, soon."""
        if self._outgoing is None:
            self._before.append(data)
        elif not self._outgoing.is_cut:
            self._outgoing.write(data)

    def send(self, pkt: engineio_packet.Packet) -> None:
        """What python-socketio has to say: connect answers, acks of ordinary events."""
        if not self.closed:
            self.write(frame(pkt.encode().encode()))

    def ping(self) -> None:
        self.is_silent = True
        self.write(_PING_FRAME)

    def schedule_ping(self) -> None:
        self.wheel.add(self)

    def close(self, wait=True, abort=False, reason=None) -> None:
        if self.closed or self.closing:
            return
        self.closing = True
        self.server._trigger_event("disconnect", self.sid, reason or self.server.reason.SERVER_DISCONNECT, run_async=False)
        self.closed = True
        if self._outgoing is not None:
            self._say_goodbye(abort)

    def abandon(self, reason) -> None:
        """Close without a word: nobody listens there."""
        self.close(wait=False, abort=True, reason=reason)

    def _say_goodbye(self, abort: bool) -> None:
        if abort:
            self._outgoing.cut()
            return
        self._outgoing.write(_CLOSE_FRAME)
        self._outgoing.write(close_frame(NORMAL))
        hubs.get_hub().schedule_call_global(GOODBYE_SECONDS, self._outgoing.cut)

    def _websocket_handler(self, websocket) -> list:
        # The library would now say goodbye itself, and wait for a browser that may have stopped reading.
        websocket.websocket_closed = True
        websocket.socket.settimeout(None)
        self.connected = self.upgraded = True
        self._outgoing = Outgoing(websocket.socket.fd)
        for data in self._before:
            self._outgoing.write(data)
        self._before.clear()
        self._read_all(websocket.socket.recv)
        # The connection is closed as soon as this returns.
        self._outgoing.write_now()
        return []

    def _read_all(self, recv) -> None:
        reader = FrameReader(recv, self.write, self.server.max_http_buffer_size, self.frames)
        try:
            self._read_until_end(reader)
        except (Ended, OSError):
            self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
        except BadFrame as bad:
            self._refuse(bad.status)
        except UnicodeDecodeError:
            self._refuse(BAD_TEXT)
        except Exception:
            log.exception("socket failed sid=%s", self.sid)
            self._refuse(PROTOCOL_ERROR)

    def _read_until_end(self, reader: FrameReader) -> None:
        frames = 0
        while not self.closed:
            opcode, data = reader.next()
            frames += 1
            if frames % FRAMES_PER_TURN == 0:
                # A green recv does not yield while data is there: without this one busy browser holds up all others.
                green.sleep(0)
            if opcode != TEXT:
                raise BadFrame(PROTOCOL_ERROR)
            if data[:2] != _EVENT or not self._answer_hot(data):
                self._answer(data)

    def _answer(self, data: bytes) -> None:
        kind = data[:1]
        if kind == _MESSAGE:
            self.server._trigger_event("message", self.sid, data[1:].decode(), run_async=False)
        elif kind == _PONG:
            self.is_silent = False
        elif kind == _CLOSE:
            raise Ended
        else:
            raise BadFrame(PROTOCOL_ERROR)

    def _answer_hot(self, data: bytes) -> bool:
        """Take `42<ack id>["post_message",{…}]` apart without the library.  False if it is not a hot event."""
        if self.line is None:
            return False
        bracket = data.find(b"[", 2, 20)
        end = data.find(b'",', bracket + 2, bracket + 2 + LONGEST_EVENT_NAME)
        if bracket < 0 or end < 0 or data[bracket + 2 : end].decode("latin-1") not in self.door.hot_events:
            return False
        ack_id = data[2:bracket]
        if ack_id and not ack_id.isdigit():
            return False
        self._call_hot(ack_id, data[bracket:])
        return True

    def _call_hot(self, ack_id: bytes, event: bytes) -> None:
        try:
            name, request = orjson.loads(event)
        except ValueError:
            raise BadFrame(PROTOCOL_ERROR) from None

        def answer(result: dict) -> None:
            if ack_id:
                self.write(frame(b"43" + ack_id + b"[" + encoded(result) + b"]"))

        self.door.call_hot(self.line.caller, name, request, answer)

    def _refuse(self, status: int) -> None:
        if self._outgoing is not None and not self._outgoing.is_cut:
            self._outgoing.write(close_frame(status))
            self._outgoing.write_now()
        self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_ERROR)
