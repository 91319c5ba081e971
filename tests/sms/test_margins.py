"""What SMS brought, what they cost, and what nobody knows, against sums made by hand."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from billing.orders import place_order
from billing.purses import GIVEN, Purse
from billing.spans import Span
from core.db import db, transaction
from sms.costs import Costs, changes_to
from sms.counts import SmsCount
from sms.margins import Margin, Unpriced, margins_by, sent_in, told_anew, unpriced

OCTOBER, NOVEMBER = date(2026, 10, 5), date(2026, 11, 5)
AUTUMN = Span(date(2026, 9, 1), date(2026, 11, 30), "Asia/Shanghai")


def at(day: date):
    return time_machine.travel(datetime(day.year, day.month, day.day, 23, 30, tzinfo=UTC), tick=False)


@pytest.fixture
def sent(cast):
    """Acme got 100 credits for ten yuan and 100 for nothing, Globex none for dollars."""
    with at(OCTOBER), transaction():
        place_order(cast.acme, {"sms:100": 1}, "CNY").fulfil("pi_acme")
        place_order(cast.globex, {"feature:custom_logo": 1}, "USD").fulfil("pi_globex")
        for segments in (6, 4):
            SmsCount.add(cast.acme.id, "CN", "twilio", segments, credits=segments)
        SmsCount.add(cast.acme.id, "JP", "twilio", 2, credits=8)
        SmsCount.add(cast.globex.id, "CN", "twilio", 5, credits=5)
    with at(NOVEMBER), transaction():
        Purse.sms(cast.acme.id).receive(100, GIVEN, "gift", "adjustment")
        SmsCount.add(cast.acme.id, "CN", "twilio", 10, credits=10)
        SmsCount.add(cast.acme.id, "CN", "mitake", 3, credits=3)
    known = {("twilio", "CN", "CNY"): 54_000, ("mitake", "", "TWD"): 850_000}
    with transaction():
        db.session.add_all(changes_to(Costs.known(), known, OCTOBER, "Fay", "invoice"))


def test_by_step_country_and_gateway(sent):
    rows = sent_in(AUTUMN, "CNY")

    # 10 fen for a credit in October, 5 once as many were given; 5.4 fen for a segment to China.
    assert [(row.day, row.brought) for row in rows] == [(OCTOBER, 100), (OCTOBER, 80), (NOVEMBER, 15), (NOVEMBER, 50)]
    assert margins_by(lambda one: AUTUMN.step_with(one.day), rows, "CNY", always=AUTUMN.steps()) == [
        Margin(date(2026, 9, 1), 0, 0, 0, unknown=0, elsewhere={}, covered=0, cost=0),
        Margin(date(2026, 10, 1), 12, 18, 180, unknown=2, elsewhere={}, covered=100, cost=54),
        Margin(date(2026, 11, 1), 13, 13, 65, unknown=0, elsewhere={"TWD": 255}, covered=50, cost=54),
    ]
    china, japan = margins_by(lambda one: one.country, rows, "CNY")
    assert (china.margin, china.share) == (150 - 108, 42 / 150)
    assert (japan.unknown, japan.cost, japan.margin, japan.share) == (2, None, None, None)
    [dollars] = margins_by(lambda one: one.gateway, sent_in(AUTUMN, "USD"), "USD")
    assert (dollars.segments, dollars.brought, dollars.elsewhere, dollars.margin) == (5, 0, {"CNY": 27}, None)


def test_a_cost_nobody_knows_is_asked_for_and_a_new_one_tells_what_was_sent_anew(sent):
    with at(NOVEMBER), transaction():
        costs = Costs.known()
        everywhere = changes_to(costs, {("twilio", "", "CNY"): 400_000, ("twilio", "CN", "CNY"): 60_000}, NOVEMBER)
        earlier = changes_to(costs, {("twilio", "", "CNY"): 400_000}, OCTOBER)

        assert unpriced(costs) == [Unpriced("twilio", "JP", 2, OCTOBER, OCTOBER)]
        assert (told_anew(costs, everywhere), told_anew(costs, earlier), told_anew(costs, [])) == (10, 2, 0)
