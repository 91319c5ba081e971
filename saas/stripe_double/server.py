"""Serving the double: in a thread beside the tests, or as a process of `make run`."""

import logging
import threading
import time
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from saas.stripe_double import create_double
from saas.stripe_double.clock import catch_up
from saas.stripe_double.webhooks import deliver
from saas.stripe_double.world import World

log = logging.getLogger(__name__)


class Quiet(WSGIRequestHandler):
    def log_request(self, *_) -> None:
        """Say nothing: this is not the program people look at."""

    def connection_dropped(self, *_) -> None:
        """We cut it on purpose."""


class Double:
    """A running double: its address, and its world to look into."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, file: Path | None = None):
        app = create_double(file)
        self.world: World = app.extensions["world"]
        self._server = make_server(host, port, app, threaded=True, request_handler=Quiet)
        self.address = self.world.address = f"http://{host}:{self._server.port}"
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._server.serve_forever, self._tick)]
        self._stopped = threading.Event()

    def start(self) -> "Double":
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        self._stopped.set()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()

    def _tick(self) -> None:
        """Let time pass and deliver what is due."""
        while not self._stopped.wait(0.1):
            try:
                self._do_what_is_due()
            except Exception:
                log.exception("the double stumbled at=%s", time.time())

    def _do_what_is_due(self) -> None:
        if not self.world.switches.deliver:
            return
        with self.world.lock:
            catch_up(self.world)
        if any(not one["done"] for one in self.world.deliveries):
            deliver(self.world)
