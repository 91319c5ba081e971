"""Several companies' transactions in one round trip, each under its own role.

One login serves all companies, as everywhere: `BEGIN; SET LOCAL ROLE` opens each transaction.  A Sync stands before each
COMMIT, so that a transaction that fails is rolled back alone and those behind it go on.  The statements speak libpq's
pipeline protocol directly, which costs a tenth of the same through cursors.

A statement is prepared once for each company: the plan made under one company's search path would be thrown away under
the next one's, and made again each time.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import psycopg
from psycopg.pq import ConnStatus, ExecStatus, PGconn, PGresult
from psycopg.waiting import READY_R, READY_W, WAIT_R, WAIT_RW

from core.db import COMPANIES_PER_CONNECTION

log = logging.getLogger(__name__)

PATIENCE = 15.0
# Long enough for whoever holds a row for one page; the other companies on the convoy wait meanwhile.
LOCK_TIMEOUT = b"SET LOCAL lock_timeout = '1s'"
WITHOUT_WAITING_FOR_THE_DISK = b"SET LOCAL synchronous_commit = off"
CONNECTION = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "laike-convoy",
}
PLAN_OUTDATED, PLAN_UNKNOWN = "0A000", "26000"


class Statement(NamedTuple):
    """SQL with $1, $2… and a short name under which each company's plan is kept."""

    name: str
    sql: bytes


class Trip(NamedTuple):
    """One company's transaction: its schema (which is its role), and its statements with their parameters as text."""

    schema: str
    steps: Sequence[tuple[Statement, Sequence[bytes]]]


class TripFailed(Exception):
    """The database refused this trip.  It was rolled back, alone."""

    def __init__(self, sqlstate: str, message: str):
        super().__init__(f"{sqlstate} {message}".strip())
        self.sqlstate = sqlstate


class Convoy:
    """One connection on which trips go out together.  Not for two greenlets at once."""

    def __init__(self, url: str):
        self._url = url
        self._connection: psycopg.Connection | None = None
        self._keeps_plans = True
        self._plans: set[bytes] = set()
        self._companies: set[str] = set()

    def run(self, trips: Sequence[Trip]) -> list[bytes | None | TripFailed]:
        """Run the trips in order.  Gives, for each, the one value its last statement answered, or its TripFailed.

        Only the last trip waits for the disk.  The log is written in the order of the commits, so then all before it
        are on the disk too; `make_durable` is for when the last one failed or wrote nothing.
        Raises psycopg.OperationalError when the connection is lost: then nobody knows what was committed.
        """
        connection = self._connected()
        groups = self._exchange(connection, 2 * len(trips), lambda pgconn: self._send_all(pgconn, trips))
        outcomes = [self._outcome(groups[2 * n], groups[2 * n + 1]) for n in range(len(trips))]
        self._note_plans(trips, outcomes)
        return outcomes

    def make_durable(self) -> None:
        """Wait until everything committed so far is on the disk.

        A transaction that wrote nothing waits for nothing: so this one writes a note into the log.
        """
        note = b"SELECT pg_logical_emit_message(true, 'durable', '')"
        (answers,) = self._exchange(self._connected(), 1, lambda pgconn: _send_alone(pgconn, note))
        if error := _first_error(answers):
            raise psycopg.OperationalError(str(error))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _connected(self) -> psycopg.Connection:
        if len(self._companies) >= COMPANIES_PER_CONNECTION:
            # A backend keeps the catalogue of each company it has served, and never gives it back.
            self.close()
        if self._connection is None or self._connection.closed:
            self._plans.clear()
            self._companies.clear()
            self._connection = psycopg.connect(self._url, autocommit=True, prepare_threshold=None, **CONNECTION)
            self._connection.pgconn.enter_pipeline_mode()
        return self._connection

    def _exchange(self, connection: psycopg.Connection, groups: int, send) -> list[list[PGresult]]:
        """Send, and read as many groups of answers as Syncs were sent."""
        try:
            send(connection.pgconn)
            return connection.wait(_answers(connection.pgconn, groups), timeout=PATIENCE)
        except BaseException:
            # Whatever it was, answers may still be on their way: nobody else must get them.
            self.close()
            raise

    def _send_all(self, pgconn: PGconn, trips: Sequence[Trip]) -> None:
        preparing: set[bytes] = set()
        for trip in trips:
            self._send(pgconn, trip, preparing, waits_for_the_disk=trip is trips[-1])

    def _send(self, pgconn: PGconn, trip: Trip, preparing: set[bytes], waits_for_the_disk: bool) -> None:
        pgconn.send_query_params(b"BEGIN", None)
        pgconn.send_query_params(b'SET LOCAL ROLE "%b"' % trip.schema.encode(), None)
        pgconn.send_query_params(LOCK_TIMEOUT, None)
        if not waits_for_the_disk:
            pgconn.send_query_params(WITHOUT_WAITING_FOR_THE_DISK, None)
        for statement, parameters in trip.steps:
            self._send_step(pgconn, _plan_name(trip.schema, statement), statement, parameters, preparing)
        pgconn.pipeline_sync()
        _send_alone(pgconn, b"COMMIT")

    def _send_step(self, pgconn: PGconn, plan: bytes, statement: Statement, parameters, preparing: set[bytes]) -> None:
        if not self._keeps_plans or plan in preparing:
            # Whether an earlier trip of the same company got as far as preparing it is not known yet.
            pgconn.send_query_params(statement.sql, parameters)
            return
        if plan not in self._plans:
            pgconn.send_prepare(plan, statement.sql)
            preparing.add(plan)
        pgconn.send_query_prepared(plan, parameters)

    def _outcome(self, answers: list[PGresult], commit: list[PGresult]) -> bytes | None | TripFailed:
        error = _first_error(answers) or _first_error(commit)
        if error:
            return error
        if commit[0].command_status != b"COMMIT":
            return TripFailed("", "not committed")
        return answers[-1].get_value(0, 0) if answers[-1].ntuples else None

    def _note_plans(self, trips: Sequence[Trip], outcomes: list) -> None:
        for trip, outcome in zip(trips, outcomes, strict=True):
            self._companies.add(trip.schema)
            if not isinstance(outcome, TripFailed):
                self._plans.update(_plan_name(trip.schema, statement) for statement, _ in trip.steps)
        states = {outcome.sqlstate for outcome in outcomes if isinstance(outcome, TripFailed)}
        if PLAN_UNKNOWN in states:
            # A pooler handed us to another backend.  It works without kept plans, only slower.
            log.warning("prepared statements do not survive on this connection, working without")
            self._keeps_plans = False
        if states:
            # A failed trip may or may not have prepared, and a company's tables may have changed under its plans.
            self.close()


def _plan_name(schema: str, statement: Statement) -> bytes:
    return f"{schema}.{statement.name}".encode()


def _send_alone(pgconn: PGconn, command: bytes) -> None:
    pgconn.send_query_params(command, None)
    pgconn.pipeline_sync()


def _answers(pgconn: PGconn, groups: int) -> Iterator:
    """Write what is left to write and read until `groups` Syncs were answered."""
    finished: list[list[PGresult]] = [[]]
    waiting_for = WAIT_RW if pgconn.flush() else WAIT_R
    while True:
        ready = yield waiting_for
        if ready & READY_W and pgconn.flush() == 0:
            waiting_for = WAIT_R
        if ready & READY_R:
            pgconn.consume_input()
            while not pgconn.is_busy():
                result = pgconn.get_result()
                if result is None:
                    _require_alive(pgconn)
                elif result.status != ExecStatus.PIPELINE_SYNC:
                    finished[-1].append(result)
                elif len(finished) == groups:
                    return finished
                else:
                    finished.append([])


def _require_alive(pgconn: PGconn) -> None:
    if pgconn.status != ConnStatus.OK:
        raise psycopg.OperationalError("the connection to the database is lost")


def _first_error(results: list[PGresult]) -> TripFailed | None:
    for result in results:
        if result.status == ExecStatus.FATAL_ERROR:
            state = (result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) or b"").decode()
            message = (result.error_field(psycopg.pq.DiagnosticField.MESSAGE_PRIMARY) or b"").decode("utf-8", "replace")
            return TripFailed(state, message)
    return None
