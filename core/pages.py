"""What every page needs to know: where it may send people, who asks from where, and how long ago something was."""

import ipaddress
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_babel import format_datetime, format_timedelta
from werkzeug.routing import IntegerConverter, UnicodeConverter
from werkzeug.wrappers import Response

from core.clock import now
from core.forms import Form
from core.networks import address_of as ip_of

LANGUAGES = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文"}
LANGUAGE_COOKIE, THEME_COOKIE = "language", "theme"
THEMES = ("light", "dark")
A_YEAR = 365 * 24 * 3600
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*\Z")


class RowNumber(IntegerConverter):
    """`<int:id>` in an address.  One that no row can have is simply not found."""

    def __init__(self, map, **limits):
        super().__init__(map, **({"max": 2**63 - 1} | limits))


class Word(UnicodeConverter):
    """`<name>` in an address.  What the database cannot even read is simply not found."""

    def __init__(self, map, **lengths):
        super().__init__(map, **lengths)
        self.regex = self.regex.replace("[^/]", "[^/\\x00]")


def install(app: Flask) -> None:
    app.url_map.converters |= {"int": RowNumber, "default": Word, "string": Word}
    app.jinja_env.globals.update(ago=ago, here=here, theme=theme, LANGUAGES=LANGUAGES)


def local_path(address: str | None, otherwise: str) -> str:
    """The address if it is a path of ours, never another site's."""
    return address if address and _LOCAL_PATH.match(address) and len(address) <= 2000 else otherwise


def here() -> str:
    """The path of this page, to come back to.  Only where coming back is possible."""
    return request.full_path.rstrip("?") if request and request.method == "GET" else "/"


def kept(*without: str) -> dict[str, str]:
    """What this page's address asks for, so that its links ask for it too: all but these, and what is in the path already."""
    left_out = {*without, *(request.view_args or ())}
    # Names like "_anchor" mean something to url_for.
    return {name: value for name, value in request.args.items() if value and name not in left_out and name[:1] != "_"}


def theme() -> str:
    """The chosen look, or nothing: then it is the device's."""
    chosen = request.cookies.get(THEME_COOKIE, "") if request else ""
    return chosen if chosen in THEMES else ""


def keep_preferences(response: Response, form: Form) -> Response:
    """Have the browser remember the `language` and the `theme` that were chosen in a form."""
    for name, cookie, among in (("language", LANGUAGE_COOKIE, LANGUAGES), ("theme", THEME_COOKIE, THEMES)):
        if chosen := form.choice(name, among):
            secure = current_app.config["SESSION_COOKIE_SECURE"]
            response.set_cookie(cookie, chosen, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def address_of(endpoint: str, **values) -> str:
    """The public address of a page, also from a job, where there is no request."""
    return address_at(current_app.config["PUBLIC_URL"], endpoint, **values)


def address_at(origin: str, endpoint: str, **values) -> str:
    """The address of a page at one of our origins."""
    place = urlsplit(origin)
    return current_app.url_map.bind(place.netloc, url_scheme=place.scheme).build(endpoint, values, force_external=True)


def language_of(tag) -> str:
    """Our language for what a page or browser says: zh-TW, zh-HK and zh-Hant-… read traditional characters."""
    parts = tag.lower().replace("_", "-").split("-") if isinstance(tag, str) else [""]
    if parts[0] == "zh":
        return "zh_Hant" if {"hant", "tw", "hk", "mo"} & set(parts) else "zh_Hans"
    return parts[0] if parts[0] in LANGUAGES else "en"


def live_sources() -> str:
    """The live processes' origin as content security policies name it, for sockets and for plain HTTP."""
    live = urlsplit(current_app.config["LIVE_URL"])
    socket = "wss" if live.scheme == "https" else "ws"
    return f"{live.scheme}://{live.netloc} {socket}://{live.netloc}"


def network() -> str:
    """Where a request comes from, for counting tries.  An IPv6 household has a whole /64 of addresses."""
    ip = ip_of(request.remote_addr or "")
    if ip is None:
        return request.remote_addr or ""
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


def ago(moment: datetime) -> str:
    """How long ago or in how long, for less than a day; else the date."""
    distance = moment - now()
    if abs(distance) < timedelta(days=1):
        return format_timedelta(distance, add_direction=True)
    return format_datetime(moment, "medium")


def unshared(response):
    """For pages with a secret in their address: it goes into no other site's log and no cache.  An `after_request`."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
