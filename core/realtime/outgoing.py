"""What is still to be written to one browser.

Frames are collected and written with one non-blocking send per socket and turn of the loop: a burst of pushes costs one
system call, and a browser that reads slowly never holds up who writes to it.
"""

from eventlet import greenio, hubs, spawn_n

MAX_UNSENT = 1 << 20
PATIENCE = 20

_touched: list["Outgoing"] = []
_is_scheduled = False


class Outgoing:
    """Unsent frames of one socket, at most 1 MB and one frame more.  Above that, or unwritable for long, it is cut off.

    One more, because the list of a big site's visitors is larger than that by itself.
    """

    __slots__ = ("_bytes", "_frames", "_is_touched", "_is_waiting", "_socket", "is_cut")

    def __init__(self, socket):
        self._socket = socket
        self._frames: list[bytes] = []
        self._bytes = 0
        self._is_touched = self._is_waiting = self.is_cut = False

    def write(self, frame: bytes) -> None:
        global _is_scheduled
        if self._bytes > MAX_UNSENT:
            self.cut()
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        if not self._is_touched:
            self._is_touched = True
            _touched.append(self)
            if not _is_scheduled:
                _is_scheduled = True
                hubs.get_hub().schedule_call_global(0, _write_all)

    def cut(self) -> None:
        """End the connection.  Its reader notices and cleans up."""
        self.is_cut = True
        self._frames.clear()
        self._bytes = 0
        greenio.shutdown_safe(self._socket)

    def write_now(self) -> None:
        self._is_touched = False
        if self._is_waiting or self.is_cut:
            return
        self._send()
        if self._frames and not self.is_cut:
            self._is_waiting = True
            spawn_n(self._write_when_possible)

    def _send(self) -> None:
        data = self._frames[0] if len(self._frames) == 1 else b"".join(self._frames)
        try:
            sent = self._socket.send(data) if data else 0
        except BlockingIOError:
            sent = 0
        except OSError:
            self.cut()
            return
        rest = data[sent:]
        self._frames = [rest] if rest else []
        self._bytes = len(rest)

    def _write_when_possible(self) -> None:
        try:
            while self._frames and not self.is_cut:
                hubs.trampoline(self._socket, write=True, timeout=PATIENCE)
                self._send()
        except BaseException:
            # Time is over, or the socket was closed under us: either way nobody reads here any more.
            self.cut()
        finally:
            self._is_waiting = False


def _write_all() -> None:
    global _is_scheduled, _touched
    _is_scheduled = False
    touched, _touched = _touched, []
    for outgoing in touched:
        outgoing.write_now()
