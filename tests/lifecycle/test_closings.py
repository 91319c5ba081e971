from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from letters import caught_for

from core.clock import now
from core.db import db, going_on, transaction
from core.errors import Invalid
from core.jobs import run_due
from lifecycle.closings import cancel_closing, look_after_closing, look_after_closings
from lifecycle.works import Work, do_work
from tenants.companies.closing import KEPT_FOR, NOTICE, AlreadyClosing, Closing, NotClosing
from tenants.companies.company import Company

DAY = timedelta(days=1)


@pytest.fixture
def closing(cast) -> Closing:
    """Acme's, on the first day that is possible."""
    with transaction():
        return Closing.schedule(Company.called("acme"), now() + NOTICE + timedelta(minutes=1), "They asked for it")


def at(moment):
    return time_machine.travel(moment, tick=False)


def told() -> set[str]:
    """The subjects of what Acme's administrator was told of it, after sending what waits; nothing twice."""
    look_after_closings()
    company = db.session.scalar(sa.select(Company).where(Company.company_id == "acme"))
    with company.entered(), going_on():
        run_due()
    subjects = [mail["Subject"] for mail in caught_for("olga@acme.example") if " is open on " not in mail["Subject"]]
    assert len(subjects) == len(set(subjects))
    return set(subjects)


def status() -> str:
    db.session.expire_all()
    return Company.called("acme").status


@pytest.mark.parametrize("ahead", [NOTICE - timedelta(seconds=1), timedelta(0), -DAY, timedelta(days=367)])
def test_nobody_is_closed_by_surprise_or_in_years(cast, ahead):
    moment = now()
    with at(moment), pytest.raises(Invalid), transaction():
        Closing.schedule(Company.called("acme"), moment + ahead, "x")

    assert Closing.of(Company.called("acme")) is None


def test_one_closing_at_a_time(cast, closing):
    with pytest.raises(AlreadyClosing), transaction():
        Closing.schedule(Company.called("acme"), now() + 2 * NOTICE, "again")


def test_it_works_until_the_second_before_and_is_closed_from_then_on(cast, closing):
    with at(closing.closes_at - timedelta(seconds=1)):
        look_after_closings()
        assert status() == "open"
    with at(closing.closes_at):
        look_after_closings()
        assert status() == "closing"


def test_its_owner_is_told_in_time_and_each_thing_once(cast, closing):
    [first] = told()
    for ahead in (10 * DAY, 7 * DAY, 5 * DAY, DAY, timedelta(hours=1), -DAY):
        with at(closing.closes_at - ahead):
            told()

    assert first.startswith("Acme will be closed on ")
    assert told() == {first, "Acme will be closed in a week", "Acme will be closed tomorrow", "Acme is closed"}


def test_it_is_erased_a_while_after_it_was_closed(cast, closing):
    with at(closing.closes_at):
        look_after_closings()
    with at(closing.erases_at - timedelta(seconds=1)):
        look_after_closings()
        assert Work.under_way(closing.company) is None
    with at(closing.erases_at):
        look_after_closings(), look_after_closings()

    [work] = Work.of(closing.company)
    assert (work.kind, closing.erases_at - closing.closes_at) == ("erase", KEPT_FOR)


def test_it_can_be_taken_back_until_it_is_erased(cast, closing):
    with at(closing.erases_at):
        look_after_closings(), look_after_closings()
        with transaction():
            cancel_closing(Company.called("acme"))
        [work] = Work.of(closing.company)
        db.session.commit()
        do_work(work.id)

        assert status() == "open"
        assert "Acme stays" in told()
    with pytest.raises(NotClosing), transaction():
        cancel_closing(Company.called("acme"))


def test_who_was_suspended_before_stays_so_when_it_is_taken_back(cast, closing):
    with transaction():
        Company.called("acme").suspend("unpaid")
    with at(closing.closes_at):
        look_after_closings()
        with transaction():
            cancel_closing(Company.called("acme"))

    assert status() == "suspended"


def test_taking_back_and_the_day_in_the_same_moment_leave_it_open(app, cast, closing, together):
    """Whoever comes first: a closing that was taken back closes nothing."""
    with time_machine.travel(closing.closes_at):
        together(lambda: cancel_closing(Company.called("acme")), *[lambda: look_after_closing(closing.id)] * 3)
        look_after_closings()

    assert status() == "open"
    assert db.session.get(Closing, closing.id).cancelled_at


def test_taking_back_and_erasing_in_the_same_moment_end_in_one_of_the_two(app, cast, closing, together):
    with at(closing.erases_at):
        look_after_closings(), look_after_closings()
    work_id = Work.under_way(closing.company).id
    db.session.commit()

    cancelled, _erased = together(lambda: cancel_closing(Company.called("acme")), lambda: do_work(work_id))

    db.session.expire_all()
    company = db.session.get(Company, closing.company_id)
    assert company.status == ("erased" if isinstance(cancelled, NotClosing) else "open")
