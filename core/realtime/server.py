"""Serves a web process: `pages` or, with sockets, `live`.  eventlet.wsgi with the limits its defaults lack."""

import errno
import gc
import logging
import os
import resource
import signal
import socket
import time

from flask import Flask

from core.realtime import green

log = logging.getLogger(__name__)

BACKLOG = 4096
MAX_CONNECTIONS = 20_000
SPARE_FILES = 200
HEADER_SECONDS = 10
IDLE_SECONDS = 60
TRANSFER_SECONDS = 30
MAX_URL = 8192
RESTART_WITHIN_MS = 2000
DRAIN_SECONDS = 8
_OUT_OF_RESOURCES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ECONNABORTED, errno.EPROTO}


def serve(app: Flask, host: str, port: int, live: bool) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way and exit.  Does not return."""
    if not green.is_patched():
        raise green.NotCooperative("core.realtime.green.patch() must be the first statement of the process.")
    green.require_cooperative_database(_plain(app.config["SQLALCHEMY_DATABASE_URI"]))
    Serving(app, host, port, live).run()


class Serving:
    """One process at work: its listening socket, how many requests are under way, and how it ends."""

    def __init__(self, app: Flask, host: str, port: int, live: bool):
        self._switchboard = app.extensions["switchboard"] if live else None
        self._app, self._under_way, self._is_ending = app, 0, False
        self._max_connections = min(MAX_CONNECTIONS, _file_limit() - SPARE_FILES)
        self._listener = Listener(host, port)

    def run(self) -> None:
        from eventlet import wsgi

        from core.realtime.watchdog import Watchdog

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._on_signal)
        Watchdog().start()
        if self._switchboard:
            self._switchboard.start()
        _quieten_garbage_collector()
        wsgi.server(
            self._listener,
            self._count,
            protocol=_impatient_protocol(),
            max_size=self._max_connections,
            keepalive=IDLE_SECONDS,
            socket_timeout=TRANSFER_SECONDS,
            url_length_limit=MAX_URL,
            log_output=False,
            debug=False,
        )

    def _count(self, environ, start_response):
        """The app, with a count of the requests under way."""
        self._under_way += 1
        try:
            body = self._app(environ, start_response)
        except BaseException:
            self._under_way -= 1
            raise
        return Body(body, self)

    def finished_one(self) -> None:
        self._under_way -= 1

    def _on_signal(self, *_) -> None:
        # Signals arrive between two instructions of whatever runs: only note it here.
        # The loop turns at least every half second (the watchdog's tick), so that it is seen soon.
        from eventlet import hubs

        if self._is_ending:
            os._exit(0)
        self._is_ending = True
        hubs.get_hub().schedule_call_global(0, green.spawn, self._end)

    def _end(self) -> None:
        try:
            self._listener.close()
            if self._switchboard:
                self._switchboard.drain(RESTART_WITHIN_MS / 1000)
            self._wait_for_requests()
        except Exception:
            log.exception("did not end cleanly")
        finally:
            # eventlet.wsgi would wait for every idle connection to end by itself.
            logging.shutdown()
            os._exit(0)

    def _wait_for_requests(self) -> None:
        deadline = time.monotonic() + DRAIN_SECONDS
        while self._under_way and time.monotonic() < deadline:
            green.sleep(0.02)


class Body:
    """A response on its way.  The request is over when it is closed."""

    def __init__(self, body, serving: Serving):
        self._body, self._serving = body, serving

    def __iter__(self):
        return iter(self._body)

    def close(self) -> None:
        try:
            getattr(self._body, "close", lambda: None)()
        finally:
            self._serving.finished_one()


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


def _impatient_protocol():
    """eventlet's HTTP protocol, but the whole head of a request must come within HEADER_SECONDS.

    Its own time-outs start again with every byte.
    """
    from eventlet import Timeout, wsgi

    class ImpatientProtocol(wsgi.HttpProtocol):
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


def _file_limit() -> int:
    """Allow as many open files as this user may have.  The usual 1,024 would be used up by that many visitors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + SPARE_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_CONNECTIONS + SPARE_FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(soft, wanted)


def _quieten_garbage_collector() -> None:
    """What exists now stays.  With thousands of sockets a full collection would stop everybody for 100 ms."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
