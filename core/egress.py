"""Asking servers whose address somebody typed (ASVS 1.3.6): only public ones, only over HTTPS, no redirects, not for long.

The name is looked up once, and the address that was looked at is the one we connect to: a name that means something else
a moment later (DNS rebinding) gains nothing.  Nobody asks within a transaction.  `EGRESS_TO_ANYWHERE` lets development and tests talk to this machine.
"""

import socket
from urllib.parse import urlsplit

import requests
from flask import current_app
from requests.adapters import HTTPAdapter

from core.db import db, in_transaction
from core.networks import is_public

SECONDS = 5
LARGEST = 512 * 1024


class EgressRefused(Exception):
    """This address is not asked.  Says why, in English."""


def go_out(session: requests.Session) -> requests.Session:
    """Have a session ask public servers only.  Raises EgressRefused when it is used for others; requests.RequestException."""
    session.trust_env = False
    session.max_redirects = 0
    session.mount("https://", _Guarded())
    session.mount("http://", _Guarded())
    return session


class _Guarded(HTTPAdapter):
    """Connects to the address that was checked, and speaks TLS with the name that was asked for."""

    def send(self, request, **options):
        _hold_no_connection()
        options["timeout"] = SECONDS
        url = urlsplit(request.url)
        if current_app.config["EGRESS_TO_ANYWHERE"]:
            return self._bounded(super().send(request, **options | {"stream": True}))
        if url.scheme != "https":
            raise EgressRefused("only https: addresses are asked")
        address = _public_address(url.hostname, url.port or 443)
        request.headers["Host"] = url.netloc
        there = f"[{address}]" if ":" in address else address
        request.url = url._replace(netloc=f"{there}:{url.port or 443}").geturl()
        self.poolmanager.connection_pool_kw.update(server_hostname=url.hostname, assert_hostname=url.hostname)
        return self._bounded(super().send(request, **options | {"stream": True}))

    @staticmethod
    def _bounded(response: requests.Response) -> requests.Response:
        body = response.raw.read(LARGEST + 1, decode_content=True)
        if len(body) > LARGEST:
            raise EgressRefused("the answer is too large")
        response._content = body
        return response


def _hold_no_connection() -> None:
    """A server elsewhere may take its time; were our connections to the database to wait for it, all companies would."""
    if in_transaction():
        raise RuntimeError("another server is asked within a transaction")
    db.session.commit()


def _public_address(host: str | None, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise EgressRefused(f"{host} cannot be found") from error
    addresses = [address[4][0] for address in found]
    for address in addresses:
        if not is_public(address.partition("%")[0]):
            raise EgressRefused(f"{host} is not a public server")
    return addresses[0]
