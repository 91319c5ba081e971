"""The way from somewhere else: a proxy of a browser's own that says from which address it comes, as a load balancer does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

LIMIT = 64 * 1024


@contextmanager
def way_from(ip: str) -> Iterator[dict]:
    """A browser's `proxy` option, for everything it asks, sockets too."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(listener, ip), daemon=True).start()
    try:
        yield {"server": f"http://127.0.0.1:{listener.getsockname()[1]}", "bypass": "<-loopback>"}
    finally:
        listener.close()


def _serve(listener: socket.socket, ip: str) -> None:
    with suppress(OSError):
        while True:
            browser, _ = listener.accept()
            threading.Thread(target=_pass_on, args=(browser, ip), daemon=True).start()


def _pass_on(browser: socket.socket, ip: str) -> None:
    """One request each way: a tunnel for sockets, everything else by its whole address."""
    with suppress(OSError, ValueError), browser:
        head, rest = _head_of(browser)
        method, target, version = head.split(b"\r\n", 1)[0].split(b" ")
        if method == b"CONNECT":
            host, port = target.decode().rsplit(":", 1)
            browser.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            head, rest = _head_of(browser)
            first, _, headers = head.partition(b"\r\n")
        else:
            url = urlsplit(target.decode())
            host, port = url.hostname, url.port or 80
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            first = b" ".join((method, path.encode(), version))
            headers = b"\r\n".join(
                line for line in head.split(b"\r\n")[1:] if not line.lower().startswith((b"proxy-connection", b"connection"))
            )
            headers = b"Connection: close\r\n" + headers
        with socket.create_connection((host, int(port))) as server:
            server.sendall(b"\r\n".join((first, b"X-Forwarded-For: " + ip.encode(), headers)) + b"\r\n\r\n" + rest)
            threading.Thread(target=_pour, args=(browser, server), daemon=True).start()
            _pour(server, browser)


def _head_of(connection: socket.socket) -> tuple[bytes, bytes]:
    read = b""
    while b"\r\n\r\n" not in read:
        more = connection.recv(LIMIT)
        if not more or len(read) > LIMIT:
            raise ValueError("no request")
        read += more
    head, _, rest = read.partition(b"\r\n\r\n")
    return head, rest


def _pour(source: socket.socket, into: socket.socket) -> None:
    with suppress(OSError):
        while more := source.recv(LIMIT):
            into.sendall(more)
        into.shutdown(socket.SHUT_WR)
