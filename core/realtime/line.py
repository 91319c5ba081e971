"""One open connection of one caller."""

from engineio import packet as engineio_packet

from core.realtime.caller import Caller
from core.realtime.push import Push

MAX_QUEUED = 500
DISCONNECT = "1"


class Line:
    """A browser tab that is connected: who it is, its rooms, and the way back to it.

    This one writes through python-socketio's own queue.  `lane.FastLine` writes frames.
    """

    def __init__(self, caller: Caller, socket):
        self.caller, self.socket = caller, socket
        self.rooms: set[str] = set()

    def push(self, name: str, data) -> None:
        """Say something to this tab alone."""
        self.deliver(Push.of((), name, data))

    def deliver(self, push: Push) -> None:
        if self.socket.queue.qsize() > MAX_QUEUED:
            # It stopped reading.  The browser comes back and asks for what it missed.
            self.cut()
        elif not self.socket.closed:
            self.socket.send(engineio_packet.Packet(engineio_packet.MESSAGE, push.packet))

    def hang_up(self) -> None:
        """End the line so that the browser does not come back by itself."""
        if not self.socket.closed:
            self.socket.send(engineio_packet.Packet(engineio_packet.MESSAGE, DISCONNECT))
            self.cut()

    def cut(self) -> None:
        """End the line in such a way that the browser reconnects by itself."""
        self.socket.close(wait=False)

    def end(self) -> None:
        """The browser has said goodbye, or is gone."""
