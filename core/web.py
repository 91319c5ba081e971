"""Addresses that pages need to know."""

from urllib.parse import urlsplit

from flask import current_app


def live_sources() -> str:
    """The live processes' origin as content security policies name it, for sockets and for plain HTTP."""
    live = urlsplit(current_app.config["LIVE_URL"])
    socket = "wss" if live.scheme == "https" else "ws"
    return f"{live.scheme}://{live.netloc} {socket}://{live.netloc}"
