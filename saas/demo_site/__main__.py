import os
from contextlib import suppress
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from saas.config import Reader
from saas.demo_site import create_site


class Server(ThreadingMixIn, WSGIServer):
    """Browsers open several connections at once, and keep some idle."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_) -> None:
        """Say nothing: this is not the program people look at."""


setting = Reader(os.environ)
address = setting.text("HOST", "127.0.0.1"), setting.number("PORT", 8002)
site = create_site(setting.url("PUBLIC_URL", "http://localhost:8000"))
with make_server(*address, site, Server, Quiet) as server, suppress(KeyboardInterrupt):
    server.serve_forever()
