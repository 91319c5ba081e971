"""What would be refused is greyed before anybody tries: forms at a standstill or during maintenance, in a visit links too.

The tables that refuse are asked ahead, in one place for all pages of the management centre, and no script is needed:
whatever leads to a refusal is switched off in the page that goes out, with the reason as its title.
"""

import html
import re
from urllib.parse import unquote, urlsplit

from flask import Flask, Response, current_app, g, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from core.errors import Refusal
from saas import standstill
from saas.support_visits import refused_in_visit
from tenants.platform.maintenance import ReadOnlyNow, need_writing

# Quoted attributes may hold a ">".
_TAG = re.compile(r"""<(/?)(form|button|input|select|textarea|a)\b((?:"[^"]*"|'[^']*'|[^'">])*)>""")
_ATTRIBUTE = re.compile(r"""(?<![\w-])(method|action|formaction|href|type)="([^"]*)\"""")


def install(app: Flask) -> None:
    app.after_request(grey)
    app.jinja_env.globals["is_shown_here"] = lambda endpoint: refusal_ahead(endpoint, "GET") is None


def grey(response: Response) -> Response:
    is_page = response.mimetype == "text/html" and not response.direct_passthrough
    if is_page and (request.blueprint or "").startswith("manage.") and _anything_is_refused():
        response.set_data(_TAG.sub(Greyed().tag, response.get_data(as_text=True)))
    return response


def refusal_ahead(endpoint: str, method: str) -> Refusal | None:
    """How this view would refuse whoever asks now."""
    visiting = g.get("support_visit")
    refusal = refused_in_visit(visiting, endpoint, method) if visiting else None
    return refusal or (None if method == "GET" else _refused_to_write(endpoint))


class Greyed:
    """One page, gone through from its first tag to its last: what it gives for each of them."""

    def __init__(self):
        # How the form refuses in which we are.
        self._refusal: Refusal | None = None

    def tag(self, match: re.Match) -> str:
        end, name, rest = match.groups()
        if name == "form":
            self._refusal = None if end else self._of_form(dict(_ATTRIBUTE.findall(rest)))
            return match[0]
        return match[0] if end else self._opened(match[0], name, dict(_ATTRIBUTE.findall(rest)))

    def _of_form(self, said: dict) -> Refusal | None:
        return _refusal_of(said.get("action", ""), "POST") if said.get("method", "").lower() == "post" else None

    def _opened(self, text: str, name: str, said: dict) -> str:
        if name == "a":
            refusal = _refusal_of(said["href"], "GET") if "href" in said else None
            return _without_href(text, refusal) if refusal else text
        # A button only opens and closes something unless it sends.
        sends = said.get("type") not in ("button", "hidden", "reset")
        refusal = _refusal_of(said["formaction"], "POST") if "formaction" in said else self._refusal
        return _switched_off(text, refusal) if refusal and sends else text


def _anything_is_refused() -> bool:
    return "support_visit" in g or _refused_to_write("manage.") is not None


def _refused_to_write(endpoint: str) -> Refusal | None:
    """As saas/tenancy.py does it."""
    goes_on, still = standstill.goes_on(endpoint), g.company.standstill if "company" in g else None
    if still and (still.is_total or not goes_on):
        return still.refusal()
    return None if goes_on or not endpoint.startswith("manage.") else _maintenance()


def _maintenance() -> Refusal | None:
    try:
        need_writing()
    except ReadOnlyNow as refusal:
        return refusal
    return None


def _refusal_of(address: str, method: str) -> Refusal | None:
    address = urlsplit(html.unescape(address))
    if address.netloc or address.scheme:
        return None
    try:
        adapter = current_app.url_map.bind_to_environ(request.environ)
        endpoint, _values = adapter.match(unquote(address.path) or request.path, method=method)
    except HTTPException:
        return None
    return refusal_ahead(endpoint, method)


def _switched_off(text: str, refusal: Refusal) -> str:
    return f'{text[:-1].rstrip("/")} disabled data-greyed title="{escape(str(refusal))}">'


def _without_href(text: str, refusal: Refusal) -> str:
    text = re.sub(r'(?<![\w-])href="[^"]*"', 'role="link" aria-disabled="true" data-greyed', text)
    return f'{text[:-1]} title="{escape(str(refusal))}">'
