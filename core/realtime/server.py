"""Serves a web process: `pages` or, with sockets, `live`.  eventlet.wsgi with the limits its defaults lack."""

import gc
import logging
import os
import resource
import signal
import time
from typing import Protocol

from flask import Flask

from core.realtime import green
from core.realtime.listening import IDLE_SECONDS, Listener, impatient_protocol

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 20_000
SPARE_FILES = 200
TRANSFER_SECONDS = 30
MAX_URL = 8192
RESTART_WITHIN_MS = 2000
DRAIN_SECONDS = 8


def serve(app: Flask, host: str, port: int, live: bool, companion: "Companion | None" = None) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way and exit.  Does not return.

    `companion` starts and ends with the process.
    """
    if not green.is_patched():
        raise green.NotCooperative("core.realtime.green.patch() must be the first statement of the process.")
    green.require_cooperative_database(_plain(app.config["SQLALCHEMY_DATABASE_URI"]))
    Serving(app, host, port, live, companion).run()


class Companion(Protocol):
    """What goes along with a process."""

    def start(self, serving: "Serving") -> None: ...

    def end(self) -> None: ...


class Serving:
    """One process at work: its listening socket, how many requests are under way, and how it ends."""

    def __init__(self, app: Flask, host: str, port: int, live: bool, companion: Companion | None = None):
        from core.realtime.watchdog import Watchdog

        self._switchboard = app.extensions["switchboard"] if live else None
        self._companion, self.watchdog, self.answered = companion, Watchdog(), 0
        self._app, self._under_way, self._is_ending = app, 0, False
        self._max_connections = min(MAX_CONNECTIONS, _file_limit() - SPARE_FILES)
        self._listener = Listener(host, port)

    def run(self) -> None:
        from eventlet import wsgi

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._on_signal)
        self.watchdog.start()
        if self._switchboard:
            self._switchboard.start()
        if self._companion:
            self._companion.start(self)
        _quieten_garbage_collector()
        wsgi.server(
            self._listener,
            self._count,
            protocol=impatient_protocol(),
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
        self.answered += 1

    def _on_signal(self, *_) -> None:
        # Signals arrive between two instructions of whatever runs: only note it here.
        # The loop turns at least every half second (the watchdog's tick), so that it is seen soon.
        from eventlet import hubs

        if not self._is_ending:
            self._is_ending = True
            hubs.get_hub().schedule_call_global(0, green.spawn, self._end)

    def _end(self) -> None:
        try:
            self._listener.close()
            if self._switchboard:
                self._switchboard.drain(RESTART_WITHIN_MS / 1000)
            self._wait_for_requests()
            if self._companion:
                self._companion.end()
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
