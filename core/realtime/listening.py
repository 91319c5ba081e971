"""How browsers get in: a listening socket that survives, and a protocol that does not wait for ever."""

import errno
import logging
import socket

from core.realtime import green

log = logging.getLogger(__name__)

BACKLOG = 4096
HEADER_SECONDS = 10
IDLE_SECONDS = 60
_OUT_OF_RESOURCES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ECONNABORTED, errno.EPROTO}


class Listener:
    """The listening socket, in the shape eventlet.wsgi wants, that survives running out of files."""

    def __init__(self, host: str, port: int):
        import eventlet

        self.family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # eventlet sets SO_REUSEPORT by default: a forgotten second process would silently take half of the connections.
        self._socket = eventlet.listen((host, port), family=self.family, backlog=BACKLOG, reuse_port=False)
        # Inherited by accepted sockets.  Without it answers wait 40 ms for more to send.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._is_closed = False

    def accept(self):
        while not self._is_closed:
            try:
                return self._socket.accept()
            except OSError as error:
                if error.errno not in _OUT_OF_RESOURCES and not self._is_closed:
                    raise
                log.warning("cannot accept connections error=%r", error)
                green.sleep(0.1)
        # Returning would make eventlet.wsgi cut all sockets at once, while they are still being drained.
        while True:
            green.sleep(3600)

    def close(self) -> None:
        self._is_closed = True
        self._socket.close()

    def getsockname(self):
        return self._socket.getsockname()


def impatient_protocol():
    """eventlet's HTTP protocol, but the whole head of a request must come within HEADER_SECONDS.

    Its own time-outs start again with every byte.
    """
    from eventlet import Timeout, wsgi

    class ImpatientProtocol(wsgi.HttpProtocol):
        # They live as long as a socket does: the usual 8 and 16 KiB would be a third of an idle one's memory.
        rbufsize = wbufsize = 1024
        _deadline = None
        _is_first = True

        def _read_request_line(self):
            self._allow(HEADER_SECONDS if self._is_first else IDLE_SECONDS)
            line = super()._read_request_line()
            self._is_first = False
            self._allow(HEADER_SECONDS)
            return line

        def parse_request(self):
            try:
                return super().parse_request()
            finally:
                self._deadline.cancel()

        def finish(self):
            if self._deadline is not None:
                self._deadline.cancel()
            super().finish()

        def _allow(self, seconds: float) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
            self._deadline = Timeout(seconds, TimeoutError("request head too slow"))

    return ImpatientProtocol
