"""The Socket.IO servers of a live process, one for each door, and everybody connected through them."""

import logging
import time
from collections.abc import Callable

import orjson
import socketio
from engineio import packet as engineio_packet
from flask import Flask, Request
from flask_socketio import SocketIO
from werkzeug.middleware.proxy_fix import ProxyFix

from core.errors import Refusal
from core.realtime import green
from core.realtime.bus import Bus
from core.realtime.caller import Caller
from core.realtime.door import Door
from core.realtime.limits import Buckets
from core.realtime.line import Line
from core.realtime.push import encoded
from core.realtime.pushes import Outlet
from core.realtime.rooms import Rooms
from core.realtime.rounds import Rounds

log = logging.getLogger(__name__)

PING_SECONDS = 20
MAX_FRAME = 64 * 1024
FRAMES_OF_A_SOCKET = (50, 400)  # a second, and at once
CLOSING_SECONDS = 0.2
EVERYWHERE = "*"
_CONNECT = "0"
_UNDERSTOOD = ("0", "1", "2")  # Socket.IO's connect, disconnect, event.  No acks, no binary parts: we never ask for them.


class Switchboard:
    """Connects lines: finds out who calls, puts them into their rooms, passes their events to the door.

    Handlers are registered on python-socketio's server, below Flask-SocketIO: its request context costs more than all
    the rest of an event.
    """

    def __init__(self, app: Flask):
        self.app, self.rooms, self.rounds = app, Rooms(), Rounds(app)
        self.bus = Bus(app.config["REDIS_URL"], hear=self.rooms.deliver, after_gap=self._look_again)
        self.outlet = Outlet(self.bus, self.rooms)
        self.after_gap: list[Callable] = []
        self.before_closing: list[Callable] = []
        self._lines: dict[str, Line] = {}
        self._frame_limit = app.config.get("LIVE_FRAMES_OF_A_SOCKET", FRAMES_OF_A_SOCKET)
        self._frames, self._connects = Buckets(*self._frame_limit), Buckets(per_second=0.2, burst=5)
        self._ping_seconds = app.config.get("LIVE_PING_SECONDS", PING_SECONDS)
        self._is_fast = bool(app.config.get("LIVE_FAST", True))
        app.extensions["switchboard"] = self
        self._prepare_library()

    def open(self, door: Door, path: str, origins: str | list[str]) -> None:
        """Answer a door's callers at a path.  `origins` is EVERYWHERE or the exact origins of browsers let in."""
        door.app = self.app
        server = SocketIO(
            self.app,
            path=path,
            async_mode="eventlet",
            client_manager=QuickManager(),
            json=Json,
            transports=["websocket"],
            cors_allowed_origins=origins,
            cors_credentials=origins != EVERYWHERE,
            async_handlers=False,
            monitor_clients=False,
            manage_session=False,
            ping_interval=self._ping_seconds,
            ping_timeout=self._ping_seconds,
            max_http_buffer_size=MAX_FRAME,
        ).server
        Exchange(self, door, server)

    def start(self) -> None:
        """Begin to hear other processes and to make the rounds.  Called once the process is about to serve."""
        self.app.extensions["pushes"] = self.outlet
        self.bus.start()
        self.rounds.start()

    def every(self, seconds: float, function) -> None:
        """Call a function over and over, inside the app's context."""
        self.rounds.every(seconds, function)

    def soon(self, function: Callable) -> Callable:
        """The function, to be called from anywhere: it then runs beside the caller, inside the app's context."""
        return lambda: green.spawn(self.rounds.once, function)

    def lines(self) -> list[Line]:
        """Everybody connected to this process."""
        return list(self._lines.values())

    def admit(self, sid: str, line: Line) -> None:
        self._lines[sid] = line
        for room in line.caller.rooms:
            self.rooms.join(line, room)

    def line(self, sid: str) -> Line | None:
        return self._lines.get(sid)

    def dismiss(self, sid: str) -> Line | None:
        line = self._lines.pop(sid, None)
        if line is not None:
            self.rooms.leave_all(line)
            line.end()
        return line

    def may_send(self, socket_id: str, data: str) -> bool:
        return self._frames.take(socket_id) and (data[0] != _CONNECT or self._connects.take(socket_id))

    def drain(self, seconds: float) -> None:
        """Send everybody elsewhere: ask them to come back at a random moment, then close what is left.

        Engine.IO's close, not Socket.IO's: after that one browsers would not reconnect by themselves.
        """
        self.rounds.stop()
        for line in self.lines():
            line.push("restart", {"within": int(seconds * 1000)})
        self._wait_until_empty(seconds + 0.5)
        for function in self.before_closing:
            function()
        for line in self.lines():
            line.cut()
        green.sleep(CLOSING_SECONDS)
        self.bus.stop()

    def _wait_until_empty(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self._lines and time.monotonic() < deadline:
            green.sleep(0.05)

    def _prepare_library(self) -> None:
        from core.realtime import guards

        guards.close_the_gaps()
        if self._is_fast:
            from core.realtime import lane

            lane.install(self._ping_seconds, self._frame_limit)

    def _look_again(self) -> None:
        for function in self.after_gap:
            function()


class Exchange:
    """One door's Socket.IO server, wired to the switchboard."""

    def __init__(self, switchboard: Switchboard, door: Door, server: socketio.Server):
        self._switchboard, self._door, self._server = switchboard, door, server
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)
        server.on("*", self._event)
        server.eio.on("message", self._message)

    def _message(self, socket_id: str, data) -> None:
        """Let python-socketio read a message, but only of kinds we use, and quietly hang up on nonsense."""
        try:
            if data[0] in _UNDERSTOOD and self._switchboard.may_send(socket_id, data):
                self._server._handle_eio_message(socket_id, data)
                return
        except Exception as error:
            log.info("unreadable message door=%s error=%r", self._door.name, error)
        self._cut(socket_id)

    def _cut(self, socket_id: str) -> None:
        socket = self._server.eio.sockets.get(socket_id)
        if socket is not None:
            socket.close(wait=False)

    def _connect(self, sid: str, environ: dict, auth=None) -> bool:
        socket = self._server.eio.sockets[self._server.manager.eio_sid_from_sid(sid, "/")]
        try:
            with self._switchboard.app.app_context():
                caller = self._door.identify(self._request(environ), auth)
        except Refusal as refusal:
            error = self._door.refused(None, refusal)["error"]
            raise socketio.exceptions.ConnectionRefusedError(error["message"], error) from None
        except Exception:
            log.exception("connect failed door=%s", self._door.name)
            raise socketio.exceptions.ConnectionRefusedError("internal", {"code": "internal"}) from None
        if socket.closed:
            # It went while we asked who it is.  Its disconnect has been told already, so nobody would dismiss the line.
            return False
        line = self._line_for(socket, caller)
        self._switchboard.admit(sid, line)
        # Not here: the browser must hear that it is connected before it hears anything else.
        line.arrival = green.spawn(self._door.arrived, line)
        return True

    def _request(self, environ: dict) -> Request:
        hops = self._switchboard.app.config.get("TRUSTED_PROXIES", 0)
        if hops:
            # Sockets are answered before the app's own ProxyFix comes to see them.
            ProxyFix(lambda *_: (), x_for=hops, x_proto=hops)(environ, None)
        return Request(environ)

    def _line_for(self, socket, caller: Caller) -> Line:
        return socket.make_line(caller, self._door) if hasattr(socket, "make_line") else Line(caller, socket)

    def _disconnect(self, sid: str, reason=None) -> None:
        line = self._switchboard.dismiss(sid)
        if line is not None:
            green.spawn(self._depart, line)

    def _depart(self, line: Line) -> None:
        line.arrival.wait()
        self._door.left(line.caller)

    def _event(self, event: str, sid: str, *arguments) -> dict | None:
        line = self._switchboard.line(sid)
        if line is None:
            return None
        return self._door.call(line.caller, event, arguments[0] if len(arguments) == 1 else None)


class QuickManager(socketio.Manager):
    """python-socketio's register of connections.  Its own disconnect walks through all rooms of all clients;

    ours are kept elsewhere, so that a client is only ever in the two rooms the library made for it.
    """

    def basic_disconnect(self, sid, namespace, **kwargs) -> None:
        self.basic_leave_room(sid, namespace, None)
        self.basic_leave_room(sid, namespace, sid)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)


class Json:
    """orjson in the shape python-socketio expects.  It refuses what is not UTF-8 and what is nested to break us."""

    @staticmethod
    def dumps(value, **_options) -> str:
        return encoded(value).decode()

    @staticmethod
    def loads(text, **_options):
        return orjson.loads(text)


engineio_packet.Packet.json = Json
