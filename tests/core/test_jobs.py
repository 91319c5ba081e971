from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.clock import now
from core.db import db, transaction
from core.jobs import JOBS, TRIES, OutboxRow, job, run_due

done = []


@job
def greet(name: str):
    done.append(name)
    if name == "nobody":
        raise LookupError(name)


@pytest.fixture(autouse=True)
def nothing_to_do(cast):
    done.clear()
    with transaction():
        db.session.execute(sa.delete(OutboxRow))


def row() -> OutboxRow:
    return db.session.scalars(sa.select(OutboxRow).order_by(OutboxRow.id.desc())).first()


def test_a_job_is_written_with_the_transaction(cast):
    with pytest.raises(ZeroDivisionError), transaction():
        greet.later(name="Adam")
        1 / 0  # noqa: B018

    assert run_due() == 0


def test_runs_once(cast):
    with transaction():
        greet.later(name="Adam")

    assert (run_due(), run_due()) == (1, 0)
    assert done == ["Adam"]


def test_waits_until_it_is_due(cast):
    with transaction():
        greet.later(name="Adam", due_at=now() + timedelta(hours=1))

    assert run_due() == 0


def test_a_failure_is_put_off_and_what_it_wrote_is_undone(cast):
    with transaction():
        greet.later(name="nobody")

    run_due()

    assert row().done_at is None
    assert row().due_at > now()
    assert "LookupError" in row().last_error


def test_gives_up_after_the_last_try(cast):
    with transaction():
        greet.later(name="nobody")
        row().tries = TRIES - 1

    run_due()

    assert row().given_up_at is not None
    assert run_due() == 0


def test_two_workers_do_not_run_the_same_row(cast):
    with transaction():
        greet.later(name="Adam")

    with transaction():
        held = OutboxRow.next_due()
        with db.engines[None].connect() as other:
            free = other.execute(
                sa.select(OutboxRow.id).where(OutboxRow.id == held.id).with_for_update(skip_locked=True)
            ).first()

    assert free is None


def test_arguments_must_be_plain(cast):
    with pytest.raises(TypeError):
        greet.later(name=object())


def test_every_job_is_known_by_its_name():
    assert JOBS["greet"] is greet
