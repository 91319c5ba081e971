"""One question to many companies in one round trip, for what a process asks over and over."""

import logging
import threading
from collections.abc import Mapping, Sequence

import orjson
import psycopg
from flask import current_app

from core.db import Place, url_of
from core.realtime.convoy import Convoy, Statement, Trip, TripFailed

log = logging.getLogger(__name__)


def ask(statement: Statement, parameters: Mapping[Place, Sequence[bytes]]) -> dict[Place, object]:
    """Ask these companies over the running app's `Questions`."""
    return current_app.extensions.setdefault("questions", Questions()).ask(statement, parameters)


class Questions:
    """Asks on a connection of its own for each database.  Whoever asks at the same time waits: a convoy carries one at a time."""

    def __init__(self):
        self._convoys: dict[str, Convoy] = {}
        self._alone = threading.Lock()

    def ask(self, statement: Statement, parameters: Mapping[Place, Sequence[bytes]]) -> dict[Place, object]:
        """Run a statement in each of these companies.  Gives the JSON value of those that answered.

        A company that could not be asked is left out, and noted in the log: the others must not wait for it.
        Needs the app's context.
        """
        answers: dict[Place, object] = {}
        with self._alone:
            for database in {place.database for place in parameters}:
                here = {place: given for place, given in parameters.items() if place.database == database}
                answers |= self._ask(database, statement, here)
        return answers

    def close(self) -> None:
        for convoy in self._convoys.values():
            convoy.close()

    def _ask(self, database: str, statement: Statement, parameters: Mapping[Place, Sequence[bytes]]) -> dict[Place, object]:
        if database not in self._convoys:
            self._convoys[database] = Convoy(url_of(database))
        trips = [Trip(place.schema, [(statement, given)]) for place, given in parameters.items()]
        try:
            outcomes = self._run(self._convoys[database], trips)
        except psycopg.Error as error:
            log.warning("not answered question=%s database=%s error=%r", statement.name, database, error)
            return {}
        return {
            place: None if outcome is None else orjson.loads(outcome)
            for place, outcome in zip(parameters, outcomes, strict=True)
            if not _has_failed(place, statement, outcome)
        }

    def _run(self, convoy: Convoy, trips: list[Trip]) -> list:
        try:
            return convoy.run(trips)
        except psycopg.OperationalError:
            # The connection was lost while idle, most likely.  Asking twice harms nothing.
            return convoy.run(trips)


def array(ids) -> bytes:
    """Numbers as a parameter of type bigint[]."""
    return b"{%b}" % ",".join(map(str, ids)).encode()


def _has_failed(place: Place, statement: Statement, outcome) -> bool:
    if isinstance(outcome, TripFailed):
        log.warning("refused question=%s schema=%s error=%s", statement.name, place.schema, outcome)
    return isinstance(outcome, TripFailed)
