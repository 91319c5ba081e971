"""The Socket.IO servers of a live process, one for each door, and everybody connected through them."""

import time
from collections.abc import Callable

from flask import Flask
from flask_socketio import SocketIO

from core.realtime import green
from core.realtime.bus import Bus
from core.realtime.door import Door
from core.realtime.ear import Ear
from core.realtime.exchange import CONNECT, Exchange, Json, QuickManager
from core.realtime.limits import Buckets
from core.realtime.line import Line
from core.realtime.pushes import Outlet
from core.realtime.rooms import Rooms
from core.realtime.rounds import Rounds

PING_SECONDS = 20
MAX_FRAME = 64 * 1024
FRAMES_OF_A_SOCKET = (50, 400)  # a second, and at once
CLOSING_SECONDS = 0.2
EVERYWHERE = "*"


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

    def hear(self, room: str, function: Callable[[dict], None]) -> None:
        """Call `function(data)` for every push to a room, whichever process it comes from.  It must not wait."""
        self.rooms.join(Ear(function), room)

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
        return self._frames.take(socket_id) and (data[0] != CONNECT or self._connects.take(socket_id))

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
