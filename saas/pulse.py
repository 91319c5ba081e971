"""What every process does every few seconds beside its work: says that it lives, adds up what it counted, learns what holds."""

import logging
import time
from collections import Counter
from collections.abc import Callable

from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from core.heartbeats import Heart
from core.realtime import green
from core.realtime.server import Serving
from tenants.platform import load, load_limits

log = logging.getLogger(__name__)

SECONDS = 5
# Of how many companies a process says how many visitors it holds.
CROWDS = 50
DOOR_OF = {"visitor": "widget", "member": "console"}


class Pulse:
    """Beats until the process ends.  `more` are figures that only this process has."""

    def __init__(self, app: Flask, role: str, port: int = 0, more: Callable[[], dict] = dict):
        self._app, self._more = app, more
        self._heart = app.extensions["heart"] = Heart(role, port, app.config["VERSION"])
        self._serving: Serving | None = None
        self._answered, self._answered_at = 0, time.monotonic()
        self._running = True

    def start(self, serving: Serving | None = None) -> None:
        self._serving = serving
        green.spawn(self._run)

    def end(self) -> None:
        """Say goodbye."""
        self._running = False
        self._try(self._heart.stop)

    def once(self) -> None:
        for deed in (self._beat, load.add_up, load_limits.follow, load_limits.allowances.compare):
            self._try(deed)

    def _run(self) -> None:
        while self._running:
            self.once()
            green.sleep(SECONDS)

    def _beat(self) -> None:
        self._heart.beat(self._figures())

    def _try(self, deed: Callable[[], None]) -> None:
        try:
            with self._app.app_context():
                deed()
        except (SQLAlchemyError, RedisError) as error:
            log.warning("pulse missed deed=%s error=%r", deed.__qualname__, error)
        except Exception:
            log.exception("pulse failed deed=%s", deed.__qualname__)

    def _figures(self) -> dict:
        figures = self._more()
        if self._serving is not None:
            figures |= {"requests": round(self._requests_a_second(), 2), "lag": round(self._serving.watchdog.latest_turn(), 3)}
        switchboard = self._app.extensions.get("switchboard")
        if switchboard is not None:
            lines = Counter((line.caller.kind, line.caller.company_id) for line in switchboard.lines())
            figures |= sockets_of(lines)
        return figures

    def _requests_a_second(self) -> float:
        moment, answered = time.monotonic(), self._serving.answered
        rate = (answered - self._answered) / max(0.1, moment - self._answered_at)
        self._answered, self._answered_at = answered, moment
        return rate


def sockets_of(lines: Counter) -> dict:
    """How many sockets stand open at each door, and how many visitors of the companies with the most."""
    sockets, visitors = Counter(dict.fromkeys(DOOR_OF.values(), 0)), Counter()
    for (kind, company_id), count in lines.items():
        sockets[DOOR_OF[kind]] += count
        if kind == "visitor":
            visitors[company_id] = count
    return {"sockets": dict(sockets), "visitors": {str(id): count for id, count in visitors.most_common(CROWDS)}}
