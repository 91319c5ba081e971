"""A visitor's page as far as the server sees it, and what is said to visitors, caught before it leaves."""

import json
from dataclasses import dataclass

import pytest
from caught import Caught
from flask.testing import FlaskClient

from chat.visitors.presence import set_presence
from core.db import transaction
from widget.guest import frame_token


@dataclass
class Window:
    """A visitor's window over plain HTTP."""

    browser: FlaskClient
    site_key: str
    frame: str
    token: str = ""
    identity: str = ""

    @property
    def headers(self) -> dict[str, str]:
        who = {"X-Frame": self.frame, "X-Visitor": self.token, "X-Identity": self.identity}
        return who | {"X-Language": "en", "Accept": "application/json"}

    def ask(self, event: str, **data):
        """One event's whole answer.  Keeps the token, as a page does."""
        asked = {"event": event, "data": data}
        answer = self.browser.post(f"/w/{self.site_key}/call", json=asked, headers=self.headers).get_json()
        self.token = answer.get("visitor_token", self.token)
        return answer


@pytest.fixture
def caught(app, monkeypatch) -> Caught:
    caught = Caught("visitor")
    monkeypatch.setitem(app.extensions, "pushes", caught)
    return caught


@pytest.fixture
def window(app, cast) -> Window:
    """The window of somebody who has never been here."""
    return Window(app.test_client(), cast.site.key, frame_token(cast.site))


@pytest.fixture
def adam_is_online(cast) -> None:
    with transaction():
        set_presence(cast.adam, "online")


@pytest.fixture
def built(app, tmp_path, monkeypatch):
    """A front end that was built, as far as the server looks at it."""
    (tmp_path / ".vite").mkdir()
    entry = {"file": "main-1.js", "css": ["style-1.css"]}
    sources = ("src/widget/main.tsx", "src/widget/host/main.ts", "src/pages/main.ts")
    manifest = dict.fromkeys(sources, entry)
    (tmp_path / ".vite" / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "loader.js").write_text("(function(){let config=__LAIKE__})();")
    monkeypatch.setitem(app.config, "ASSETS_DIR", str(tmp_path))
    return tmp_path
