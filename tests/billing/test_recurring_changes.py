"""How recurring income moved, day by day, and that it always adds up."""

from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from books import subscribed

from billing.recurring import monthly_recurring
from billing.recurring_changes import Recurring, RecurringChange, note_recurring, recurring_in, recurring_now
from billing.spans import Span
from core.db import db, transaction

SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (9, 10, 11))
AUTUMN = Span(SEPTEMBER, date(2026, 11, 30))


@pytest.fixture
def on():
    """`on("2026-10-03", subscription, quantity=4)` is what the provider told that day; then the schedule looked."""

    def on(day: str, subscription=None, **told) -> None:
        with time_machine.travel(f"{day}T12:00:00Z", tick=False):
            with transaction():
                for name, value in told.items():
                    setattr(subscription, name, value)
                if subscription is not None:
                    db.session.add(subscription)
            note_recurring()

    return on


def test_who_came_grew_shrank_and_left(cast, on):
    acme, globex = subscribed(cast.acme, quantity=3), subscribed(cast.globex, "professional:year", 2)
    on("2026-09-10")
    on("2026-10-03", acme, quantity=5)
    on("2026-10-20", acme, quantity=4)
    on("2026-10-25", globex, status="past_due")
    on("2026-11-05", globex, status="canceled")
    on("2026-11-06", acme, status="canceled")
    on("2026-11-20", acme, status="active")

    rows = recurring_in(AUTUMN, "CNY")

    assert rows == [
        Recurring(SEPTEMBER, 0, 297_00 + 165_00, 0, 0, 0, 0, 2, 0),
        Recurring(OCTOBER, 462_00, 0, 198_00, 99_00, 0, 2, 0, 0),
        Recurring(NOVEMBER, 561_00, 396_00, 0, 0, 561_00, 2, 1, 2),
    ]
    assert [(row.end, row.companies) for row in rows] == [(462_00, 2), (561_00, 2), (396_00, 1)]
    assert [row.each for row in rows] == [231_00, 280_50, 396_00]
    assert (rows[1].lost_share, rows[1].left_share) == (99 / 462, 0)
    assert (rows[2].lost_share, rows[2].left_share) == (1, 1)
    assert list(recurring_now()) == [("CNY", monthly_recurring(cast.acme.id)[0], 1)] == [("CNY", rows[-1].end, 1)]


def test_a_shorter_look_begins_where_the_longer_one_was(cast, on):
    acme = subscribed(cast.acme, quantity=3)
    on("2026-09-10")
    on("2026-10-03", acme, quantity=5)

    [first, *_days, last] = recurring_in(Span(date(2026, 10, 2), date(2026, 10, 4)), "CNY")

    assert (first.start, first.companies_start) == (297_00, 1)
    assert (last.begins, last.end) == (date(2026, 10, 4), 495_00)
    assert recurring_in(AUTUMN, "USD")[-1].end == 0


def test_looking_again_changes_nothing_and_the_days_last_look_counts(cast, on):
    acme = subscribed(cast.acme, quantity=3)
    on("2026-09-10")
    on("2026-09-10")
    assert _changes() == [(0, 297_00)]

    on("2026-09-10", acme, quantity=4)
    assert _changes() == [(0, 396_00)]
    on("2026-09-10", acme, status="canceled")
    assert _changes() == []


def test_of_several_who_look_at_once_one_writes(cast, together):
    subscribed(cast.acme, quantity=3)

    answers = together(6, lambda _number: note_recurring())

    assert answers == [None] * 6
    assert _changes() == [(0, 297_00)]


def _changes() -> list[tuple[int, int]]:
    rows = sa.select(RecurringChange.before, RecurringChange.after).order_by(RecurringChange.day)
    return [tuple(row) for row in db.session.execute(rows)]
