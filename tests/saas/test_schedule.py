"""What happens by the clock says how it went, and what the schedule measures is there to be read."""

from datetime import timedelta

import sqlalchemy as sa

from admin_portal.operations.readings import Platform
from core.db import transaction
from core.heartbeats import Heart
from core.readings import Reading
from saas.measuring import READINGS, measure
from saas.schedule import PLAN, Schedule, name_of

SECRET = "what somebody wrote"


def stumble() -> None:
    raise ValueError(SECRET)


def stand() -> None:
    pass


def hours_pass() -> None:
    with transaction():
        for reading in Reading.newest("sweep:").values():
            reading.at -= timedelta(hours=1)


def sweeps() -> dict:
    return {sweep.name.rpartition(".")[2]: sweep for sweep in Platform().sweeps}


def test_publishes_how_each_went_and_what_failed_last(app, context):
    Schedule(app, [(5, stand), (5, stumble)]).run_due()

    assert not sweeps()["stand"].is_failing
    assert sweeps()["stumble"].is_failing
    assert sweeps()["stumble"].error.startswith("ValueError at tests/saas/test_schedule.py:")
    assert SECRET not in sweeps()["stumble"].error


def test_remembers_the_last_failure_after_it_went_well_again(app, context):
    Schedule(app, [(5, stumble)]).run_due()
    with transaction():
        Reading.publish(f"sweep:{name_of(stumble)}", every=5, took=0, is_failing=False)

    assert not sweeps()["stumble"].is_failing
    assert sweeps()["stumble"].failed_at


def test_one_that_does_not_come_is_overdue(app, context):
    Schedule(app, [(5, stand), (3600, stumble)]).run_due()
    hours_pass()

    assert sweeps()["stand"].is_overdue
    assert not sweeps()["stumble"].is_overdue


def test_one_that_never_ran_is_overdue(app, context):
    schedule = Schedule(app, [(5, stand)])
    Heart("schedule").beat(schedule.figures())

    assert sweeps()["stand"].is_overdue


def test_names_everything_that_happens_differently():
    assert len({name_of(function) for _seconds, function in PLAN}) == len(PLAN)


def test_measures_everything(cast):
    measure()

    readings = Reading.newest()
    assert set(readings) == set(READINGS)
    assert readings["companies"].figures["statuses"] == {"open": 2}
    assert readings["schemas"].figures["revisions"] == {readings["schemas"].figures["head"]: 2}
    assert readings["database"].figures["connections"] > 0


def test_a_reading_that_fails_leaves_the_others(context, monkeypatch):
    def breaks() -> dict:
        raise sa.exc.OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setitem(READINGS, "stripe", breaks)
    measure()

    assert set(Reading.newest()) == set(READINGS) - {"stripe"}
