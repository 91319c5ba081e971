"""Posting messages: many at once, acknowledged only when they are on the disk.

Everything that came while the last batch was on its way is the next batch.  A batch is one round trip: for each company
a transaction of its own, under its own role.  All of them but the last commit without waiting for the disk; the last one
waits, and because PostgreSQL writes its log in the order of the commits, the earlier ones are on the disk with it.  So
many companies pay for one fsync together.  Nothing is acknowledged or shown before that has succeeded; if the last
transaction failed or wrote nothing, another commit that waits follows first.

When the connection is lost nobody knows what was committed: the batch is kept and sent again.  `client_id` makes that
harmless, for us as for browsers.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import orjson
import psycopg
from flask import Flask

from chat.conversations.drafts import Busy, Draft
from chat.conversations.outcomes import Outcome, answer_of, push_of
from chat.conversations.parties import Parties
from core.db import url_of
from core.errors import Refusal, TooFast
from core.realtime import green
from core.realtime.caller import Caller
from core.realtime.convoy import Convoy, Statement, Trip, TripFailed
from core.realtime.limits import Buckets
from tenants.platform.load import load
from tenants.platform.load_limits import allowances

log = logging.getLogger(__name__)

MAX_WAITING = 5000
MAX_BATCH = 500
MAX_TRIES = 4
PATIENCE = 2.0
LONGEST_REST = 1.0
_HERE = Path(__file__).parent
_COLUMNS = ("conversation_id", "client_id", "author_kind", "author_id", "author_name", "body", "file_id")
LOCK = Statement("lock", (_HERE / "posting_lock.sql").read_bytes())
POST = Statement("post", (_HERE / "posting.sql").read_bytes())


def post_now(connection: psycopg.Connection, drafts: Sequence[Draft]) -> list[Outcome]:
    """Post on a connection with a transaction and a company in force.  The caller commits, and then pushes `push_of`."""
    cursor = psycopg.RawCursor(connection)
    for statement, parameters in _steps(drafts):
        # Parameters as text, as on the convoy: bytes would be sent as bytea.
        cursor.execute(statement.sql, [parameter.decode() for parameter in parameters])
    return [Outcome(*row) for row in cursor.fetchone()[0]]


class Posting:
    """This process's way to post: limits, one writer for each database, and who is told afterwards."""

    def __init__(self, app: Flask, parties: Parties):
        self._app, self._parties = app, parties
        self._writers: dict[str, Writer] = {}
        self._callers = Buckets(*app.config.get("MESSAGES_OF_A_CALLER", (2, 20)))
        self._companies = Buckets(*app.config.get("MESSAGES_OF_A_COMPANY", (500, 2000)))

    def post_message(self, caller: Caller, request: dict, answer: Callable[[dict | Refusal], None]) -> None:
        """The hot event of both doors.  Answers {seq, message_id, at} once the message is on the disk.

        Raises TooFast, Busy, OverLimit.
        """
        draft = Draft.from_request(caller, request, answer)
        if not self._callers.take(caller.rate_key):
            raise TooFast
        if not self._companies.take(caller.company_id):
            raise Busy
        if caller.kind == "visitor":
            allowances.need(caller.company_id, "messages")
        load.of(caller.company_id).messages += 1
        self.add(draft)

    def add(self, draft: Draft) -> None:
        """Post with the next batch.  Raises Busy."""
        writer = self._writers.get(draft.place.database)
        if writer is None:
            writer = self._open(draft.place.database)
        writer.add(draft)

    def wait_until_written(self, seconds: float = 5.0) -> None:
        """Before the process ends: give what is under way its answer."""
        deadline = time.monotonic() + seconds
        while any(writer.is_at_work for writer in self._writers.values()) and time.monotonic() < deadline:
            green.sleep(0.02)

    def close(self) -> None:
        for writer in self._writers.values():
            writer.stop()

    def _open(self, database: str) -> "Writer":
        with self._app.app_context():
            url = url_of(database)
        writer = self._writers[database] = Writer(Convoy(url), self._tell)
        green.spawn(writer.run)
        return writer

    def _tell(self, settled: Sequence[tuple[Draft, Outcome]]) -> None:
        """After the commit: show the new messages, then answer who sent them."""
        pushes = []
        for draft, outcome in settled:
            if outcome.refusal is None:
                self._parties.note(draft.company_id, draft.conversation_id, outcome.visitor_id, outcome.assigned_to_id)
                if outcome.is_new or draft.is_uncertain:
                    pushes.append(push_of(draft, outcome))
        if pushes:
            self._app.extensions["pushes"].send(pushes)
        for draft, outcome in settled:
            draft.answer(answer_of(outcome))


class Writer:
    """Writes one database's messages, one batch after the other."""

    def __init__(self, convoy: Convoy, tell: Callable[[Sequence[tuple[Draft, Outcome]]], None]):
        self._convoy, self._tell = convoy, tell
        self._waiting: deque[Draft] = deque()
        self._again: list[list[Draft]] = []
        self._wake = green.Signal()
        self._is_running, self._is_writing = True, False

    @property
    def is_at_work(self) -> bool:
        return bool(self._waiting or self._again or self._is_writing)

    def add(self, draft: Draft) -> None:
        if len(self._waiting) >= MAX_WAITING:
            raise Busy
        self._waiting.append(draft)
        if not self._is_writing:
            self._wake.give()

    def run(self) -> None:
        while self._is_running:
            if not self._waiting and not self._again:
                self._wake.take()
                self._wake.clear()
            try:
                self.write_batch()
            except Exception:
                # Who gets no answer sends again.  Without a writer nobody would ever get one.
                log.exception("batch failed")

    def stop(self) -> None:
        self._is_running = False
        self._wake.give()
        self._convoy.close()

    def write_batch(self) -> None:
        """Commit what is waiting, then tell."""
        self._is_writing = True
        try:
            groups = self._next_groups()
            if groups:
                self._settle(groups, self._commit(groups))
        finally:
            self._is_writing = False

    def _next_groups(self) -> list[list[Draft]]:
        """Drafts that travel in one transaction: a company's, except those that failed together before."""
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_BATCH))]
        again, self._again = self._again, []
        return again + grouped(batch, by=lambda draft: draft.place.schema)

    def _commit(self, groups: list[list[Draft]]) -> list[list[Outcome] | TripFailed]:
        """Write all groups and wait for the disk.  Goes on until the database answers, or nobody wants it any more."""
        rest = 0.05
        while groups:
            try:
                return self._commit_once(groups)
            except psycopg.Error as error:
                log.warning("database lost while posting, trying again drafts=%s error=%r", sum(map(len, groups)), error)
                self._refuse_the_impatient(groups)
                green.sleep(rest)
                rest = min(rest * 2, LONGEST_REST)
        return []

    def _commit_once(self, groups: list[list[Draft]]) -> list[list[Outcome] | TripFailed]:
        answers = self._convoy.run([Trip(group[0].place.schema, _steps(group)) for group in groups])
        results = [_outcomes(answer) for answer in answers]
        if not _wrote(results[-1]) and any(map(_wrote, results)):
            self._convoy.make_durable()
        return results

    def _settle(self, groups: list[list[Draft]], results: list[list[Outcome] | TripFailed]) -> None:
        settled: list[tuple[Draft, Outcome]] = []
        for group, result in zip(groups, results, strict=False):
            if isinstance(result, TripFailed):
                self._try_apart(group, result)
            else:
                settled += zip(group, result, strict=True)
        self._tell(settled)

    def _try_apart(self, group: list[Draft], failure: TripFailed) -> None:
        """One draft the database cannot take must not cost the others theirs: by conversation, then one by one."""
        log.warning("posting refused schema=%s drafts=%s error=%s", group[0].place.schema, len(group), failure)
        remaining = []
        for draft in group:
            draft.tries += 1
            if draft.tries >= MAX_TRIES:
                draft.answer(Busy())
            else:
                remaining.append(draft)
        parts = grouped(remaining, by=lambda draft: draft.conversation_id)
        self._again += parts if len(parts) > 1 else [[draft] for draft in remaining]

    def _refuse_the_impatient(self, groups: list[list[Draft]]) -> None:
        """While the database is away: say so to who waits for long.  Their browsers keep the message and send it again."""
        oldest = time.monotonic() - PATIENCE
        while self._waiting and self._waiting[0].born < oldest:
            self._waiting.popleft().answer(Busy())
        for group in groups:
            for draft in group:
                draft.is_uncertain = True
                if draft.born < oldest:
                    draft.answer(Busy())
            group[:] = [draft for draft in group if draft.born >= oldest]
        groups[:] = [group for group in groups if group]


def grouped(drafts: Iterable[Draft], by: Callable[[Draft], object]) -> list[list[Draft]]:
    """Drafts with the same key together, each group and all groups in the order in which they came."""
    groups: dict[object, list[Draft]] = {}
    for draft in drafts:
        groups.setdefault(by(draft), []).append(draft)
    return list(groups.values())


def _steps(drafts: Sequence[Draft]) -> list[tuple[Statement, list[bytes]]]:
    conversations = ",".join({str(draft.conversation_id) for draft in drafts})
    rows = [dict(zip(_COLUMNS, draft.row, strict=True)) for draft in drafts]
    return [(LOCK, [b"{%b}" % conversations.encode()]), (POST, [orjson.dumps(rows)])]


def _outcomes(answer: bytes | None | TripFailed) -> list[Outcome] | TripFailed:
    return answer if isinstance(answer, TripFailed) else [Outcome(*row) for row in orjson.loads(answer)]


def _wrote(result: list[Outcome] | TripFailed) -> bool:
    """Whether the trip wrote something into the log, if only that it held a row: then its commit waited for the disk."""
    return not isinstance(result, TripFailed) and any(outcome.refusal != "conversation_not_found" for outcome in result)
