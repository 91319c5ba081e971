"""Engine.IO pings for all sockets of a process from one greenlet, instead of one greenlet each."""

import time
from collections import deque

from core.realtime import green

TURN_SECONDS = 0.5
AT_ONCE = 256


class PingWheel:
    """Sockets in the order in which they are due.  Who has not answered by his next turn is gone."""

    def __init__(self, interval: float):
        self._interval = interval
        self._due: deque = deque()

    def add(self, socket) -> None:
        self._due.append((time.monotonic() + self._interval, socket))

    def run(self) -> None:
        while True:
            green.sleep(TURN_SECONDS)
            self._turn()

    def _turn(self) -> None:
        now = time.monotonic()
        done = 0
        while self._due and self._due[0][0] <= now:
            self._ping(self._due.popleft()[1])
            done += 1
            if done % AT_ONCE == 0:
                green.sleep(0)

    def _ping(self, socket) -> None:
        if socket.closed:
            return
        if socket.is_silent or socket.line is None:
            # No answer since the last turn, or it never said who it is.
            socket.abandon(socket.server.reason.PING_TIMEOUT)
            return
        socket.ping()
        self.add(socket)
