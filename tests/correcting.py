"""Filling in the forms by which operators correct accounts, as a person does: look first, then agree."""

import re
from dataclasses import dataclass, field
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

WHY = {"reason": "Ticket 812", "told": "As we agreed on the phone."}


@dataclass
class Correction:
    """A form of an operator's: `look()` shows the effect, `agree()` does what was shown."""

    browser: FlaskClient
    deed: str
    typed: dict
    company: str = "acme"
    shown: dict = field(default_factory=dict)

    def __post_init__(self):
        first = self.browser.get(f"{self.address}/new", query_string=self.typed)
        assert first.status_code == 200, first.status
        self.typed = {**WHY, **self.typed, "key": hidden(first, "key")}

    @property
    def address(self) -> str:
        return f"/operator/companies/{self.company}/money/{self.deed}"

    def look(self) -> TestResponse:
        response = self.browser.post(self.address, data=self.typed)
        self.shown = {"shown": hidden(response, "shown")} if 'name="shown"' in response.text else {}
        return response

    def agree(self) -> TestResponse:
        return self.browser.post(self.address, data=self.typed | self.shown, follow_redirects=True)


def hidden(response: TestResponse, name: str) -> str:
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', response.text)[1])


def effect(response: TestResponse) -> dict[str, tuple[str, str]]:
    """What a page says will be or is different: {what: (before, after)}."""
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td><strong>(.*?)</strong></td>', response.text)
    return {unescape(title): (unescape(before), unescape(after)) for title, before, after in rows}
