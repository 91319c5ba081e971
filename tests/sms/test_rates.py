"""What an SMS costs: as it was when it was written, whatever is set later."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.exc import ProgrammingError

from core.clock import now
from core.db import db, transaction
from sms.rates import ELSEWHERE, SmsRate, credits_for, in_force, rates, set_rates, stock, to_come


def test_a_segment_costs_whole_credits_by_country(context):
    assert (credits_for("CN", 3), credits_for("TW", 2), credits_for("KE", 1)) == (3, 4, 4)


def test_a_new_rate_counts_from_its_day_on(context):
    tomorrow = now() + timedelta(days=1)
    credits_for("CN", 1)
    with transaction():
        set_rates([("CN", 3, tomorrow), (ELSEWHERE, 6, now())], "Fay", "gateway")

    assert (credits_for("CN", 1), credits_for("KE", 1)) == (1, 6)
    assert [(rate.country, rate.credits) for rate in to_come()] == [("CN", 3)]
    with time_machine.travel(tomorrow + timedelta(minutes=1)):
        rates.forget()
        assert credits_for("CN", 2) == 6


def test_what_an_operator_changed_is_not_overwritten(context):
    with transaction():
        stock()
        set_rates([("HK", 9, now())], "Fay", "gateway")
    with transaction():
        stock()

    assert [rate.credits for rate in SmsRate.of("HK")] == [9, 2]
    assert next(rate.credits for rate in in_force() if rate.country == "HK") == 9


def test_a_rate_that_counted_can_never_be_rewritten(context):
    with transaction():
        stock()

    for statement in (sa.update(SmsRate).values(credits=1), sa.delete(SmsRate)):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction():
            db.session.execute(statement)
