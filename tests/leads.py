"""Where a page leads: its links that can be followed and its forms that can be sent, as a browser without scripts sees them."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException

SENDS = {"button": (None, "submit"), "input": ("submit", "image")}


class Leads(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.form: tuple[str, str] | None = None

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "form":
            self.form = (said.get("method") or "get").upper(), said.get("action") or ""
        elif tag == "a" and said.get("href", "").startswith("/"):
            self.found.append(("GET", said["href"]))
        elif tag in SENDS and said.get("type") in SENDS[tag] and "disabled" not in said:
            if "formaction" in said:
                self.found.append(("POST", said["formaction"]))
            elif self.form:
                self.found.append(self.form)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


def endpoints_led_to(app, page: str, at: str) -> Iterator[tuple[str, str]]:
    """(method, endpoint) for each of them on the page at this address."""
    leads = Leads()
    leads.feed(page)
    for method, address in leads.found:
        try:
            yield method, app.url_map.bind("localhost").match(urlsplit(address or at).path, method=method)[0]
        except HTTPException:
            continue
