"""What is said to browsers, caught before it leaves."""

import orjson

from core.realtime.push import Push


class Caught:
    """Pushes that were sent, as the callers of one kind ("visitor", "member") would hear them."""

    def __init__(self, audience: str):
        self._audience = audience
        self.pushes: list[Push] = []

    def send(self, pushes: list[Push], skip=None) -> None:
        self.pushes += pushes

    def named(self, name: str) -> list[tuple[set[str], dict]]:
        """(rooms, data) of each push with this name."""
        said = [(push, *orjson.loads(push.payload)) for push in self.pushes if push.audience in ("", self._audience)]
        return [(set(push.rooms), data) for push, what, data in said if what == name]
