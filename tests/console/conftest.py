"""What is said to consoles, caught before it leaves."""

import orjson
import pytest

from core.realtime.push import Push


class Caught:
    """Pushes that were sent, as (rooms, name, data)."""

    def __init__(self):
        self.pushes: list[Push] = []

    def send(self, pushes: list[Push], skip=None) -> None:
        self.pushes += pushes

    def named(self, name: str) -> list[tuple[set[str], dict]]:
        """(rooms, data) of each push with this name that consoles hear."""
        said = [(push, *orjson.loads(push.payload)) for push in self.pushes if push.audience != "visitor"]
        return [(set(push.rooms), data) for push, what, data in said if what == name]


@pytest.fixture
def caught(app, monkeypatch) -> Caught:
    caught = Caught()
    monkeypatch.setitem(app.extensions, "pushes", caught)
    return caught
