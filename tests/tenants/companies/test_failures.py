"""Work that was given up is known to the platform, and done once more however often somebody clicks."""

import pytest
import sqlalchemy as sa
from parallel import in_parallel

from core.db import db, transaction
from core.jobs import TRIES, OutboxRow, job
from tenants.companies import outboxes
from tenants.companies.failures import FailedWork
from tenants.companies.outboxes import WaitingWork
from tenants.companies.schemas import Schema

BY, SECRET = "ops@laike.example", "the words of a visitor"
mended = []


@job
def stumble() -> None:
    if not mended:
        raise LookupError(SECRET)


@job
def walk_on() -> None:
    """Nothing goes wrong here."""


@pytest.fixture
def failed(cast) -> FailedWork:
    """A job of Acme's that was tried for the last time."""
    mended.clear()
    with transaction():
        db.session.execute(sa.delete(OutboxRow))
        stumble.later()
    with transaction():
        row().tries = TRIES - 1
    outboxes.sweep()
    cast.refresh()
    return db.session.scalars(sa.select(FailedWork)).one()


@pytest.fixture
def out_of_reach(cast):
    """Acme's tables are in a database that nobody knows."""
    place = sa.update(Schema).where(Schema.id == cast.acme.schema_id)
    with transaction():
        db.session.execute(place.values(database="away"))
    yield
    with transaction():
        db.session.execute(place.values(database="main"))


def test_one_company_out_of_reach_keeps_nobody_else_waiting(cast, failed, out_of_reach):
    with cast.globex.entered(), transaction():
        walk_on.later()

    with pytest.raises(outboxes.OutOfReach, match=f"companies=\\[{cast.acme.id}\\]"):
        outboxes.sweep()

    with cast.globex.entered():
        assert db.session.scalars(sa.select(OutboxRow.done_at).where(OutboxRow.job == "walk_on")).one() is not None


def row() -> OutboxRow:
    return db.session.scalars(sa.select(OutboxRow).where(OutboxRow.job == "stumble")).one()


def test_stands_there_without_what_anybody_wrote(cast, failed):
    assert (failed.company_id, failed.job, failed.tries, failed.state) == (cast.acme.id, "stumble", TRIES, "failed")
    assert failed.error.startswith("LookupError at tests/tenants/companies/test_failures.py:")
    assert SECRET not in failed.error


def test_is_done_once_more(cast, failed):
    mended.append(True)
    with transaction():
        assert failed.replay(BY, "mended", seen=1)

    outboxes.sweep()

    cast.refresh()
    assert row().done_at is not None
    assert (failed.state, failed.settled_by, failed.reason) == ("replayed", BY, "mended")


def test_is_replayed_once_though_clicked_twice_at_the_same_time(app, cast, failed):
    def click():
        return db.session.get(FailedWork, failed.id).replay(BY, "again", seen=1)

    assert sorted(in_parallel(app, cast.acme, [click, click, click])) == [False, False, True]


def test_what_failed_anew_is_not_what_was_seen(cast, failed):
    with transaction():
        failed.replay(BY, "perhaps", seen=1)
    with transaction():
        row().tries = TRIES - 1
    outboxes.sweep()
    cast.refresh()

    assert (failed.state, failed.times) == ("failed", 2)
    with transaction():
        assert not failed.replay(BY, "an old page", seen=1)
        assert failed.discard(BY, "it is not worth it", seen=2)
    outboxes.sweep()
    cast.refresh()
    assert row().done_at is None


def test_the_sweep_publishes_what_waits(cast):
    mended.clear()
    with transaction():
        db.session.execute(sa.delete(OutboxRow))
        stumble.later()

    outboxes.sweep()
    waits = db.session.scalars(sa.select(WaitingWork)).all()
    mended.append(True)
    with transaction():
        row().due_at = row().created_at
    outboxes.sweep()

    assert [(one.company_id, one.waiting) for one in waits] == [(cast.acme.id, 1)]
    assert db.session.scalars(sa.select(WaitingWork)).all() == []
