"""Rights begin and end by the clock, whoever sleeps; and everybody hears of it."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
import time_machine
from redis.exceptions import RedisError

from billing.downgrade import RULES, what_will_be_blocked, without
from billing.edges import tell_changed_rights
from billing.grants import GRACE, SLACK, SubscriptionState, grant, grant_from_subscription, grants_of, revoke, start_trial
from core.clock import now
from core.db import db, transaction
from core.redis import redis
from tenants.companies.company import Company
from tenants.rights import entitlements_cache
from tenants.rights.entitlements import Entitlements, EntitlementsChanged, Grant

FIVE = {"plan": "professional", "rank": 1, "seats": 5, "flags": ["reports"]}


@pytest.fixture
def free(acme):
    """Acme after its trial was taken back."""
    with transaction():
        revoke(acme, "trial:professional")
    return acme


@pytest.fixture
def told(monkeypatch):
    """The companies whose changed rights were told."""
    heard = []
    monkeypatch.setattr("core.events._reactions", {EntitlementsChanged: [lambda event: heard.append(event.company_id)]})
    return heard


def subscription(status: str, **more) -> SubscriptionState:
    state = {
        "id": "sub_1", "status": status, "rights": FIVE, "product": "professional:month", "started_at": now(),
        "period_end": now() + timedelta(days=30),
    }  # fmt: skip
    return SubscriptionState(**state | more)


def test_20_the_trial_ends_at_its_second_though_every_worker_sleeps(acme):
    ends = acme.trial_ends_at

    with time_machine.travel(ends - timedelta(milliseconds=1), tick=False):
        assert acme.entitlements.plan == "professional"
    with time_machine.travel(ends, tick=False):
        assert acme.entitlements.plan == "free"
    with time_machine.travel(ends + timedelta(days=2)):
        assert (acme.entitlements.seats, acme.entitlements.flags) == (3, frozenset())


def test_21_a_clock_that_jumps_finds_what_is_true_then(acme):
    ends, today = acme.trial_ends_at, now()
    assert acme.entitlements.seats == 10

    for when, seats in [(today + timedelta(days=40), 3), (today, 10), (today - timedelta(hours=1), 3), (ends, 3), (today, 10)]:
        with time_machine.travel(when, tick=False):
            assert acme.entitlements.seats == seats


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", "Pacific/Auckland"])
def test_21_terms_do_not_depend_on_a_companys_time_zone(free, zone):
    # The night in which clocks are put forward in New York.
    edge = datetime(2027, 3, 14, 7, tzinfo=UTC)
    with transaction():
        free.time_zone = zone
        grant(free, "goodwill:1", {"more_seats": 1}, since=edge - timedelta(days=1), until=edge)

    with time_machine.travel(edge - timedelta(seconds=1), tick=False):
        assert free.entitlements.seats == 4
    with time_machine.travel(edge, tick=False):
        assert free.entitlements.seats == 3


def test_23_a_renewal_told_36_hours_late_cuts_nobody_off(free):
    with transaction():
        grant_from_subscription(free, subscription("active"))

    with time_machine.travel(now() + timedelta(days=30, hours=36)):
        assert free.entitlements.plan == "professional"
    with time_machine.travel(now() + timedelta(days=30) + SLACK):
        assert free.entitlements.plan == "free"


def test_24_what_expired_between_page_and_click_is_refused_at_the_click(free):
    with transaction():
        grant(free, "addon:1", {"flags": ["custom_logo"]}, until=now() + timedelta(minutes=1))
    assert "custom_logo" in free.entitlements.flags

    with time_machine.travel(now() + timedelta(minutes=1)):
        assert "custom_logo" not in free.entitlements.flags


@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired", "paused", "canceled", "unpaid"])
def test_a_subscription_that_is_not_paid_gives_nothing(free, status):
    with transaction():
        grant_from_subscription(free, subscription("active"))
    with transaction():
        assert grant_from_subscription(free, subscription(status)) is None

    assert free.entitlements.plan == "free"


def test_28_a_failed_card_is_full_service_then_free_then_paid_again(free):
    started = now()
    with transaction():
        grant_from_subscription(free, subscription("past_due", past_due_since=started))
    assert (free.entitlements.state, free.entitlements.seats) == ("grace", 5)
    with time_machine.travel(started + GRACE):
        assert (free.entitlements.state, free.entitlements.plan) == ("ok", "free")

    with transaction():
        grant_from_subscription(free, subscription("unpaid"))
    with transaction():
        grant_from_subscription(free, subscription("active"))

    assert (free.entitlements.state, free.entitlements.seats) == ("ok", 5)
    assert len(grants_of(free)) == 1


def test_saying_the_same_of_a_subscription_changes_nothing(free):
    state = subscription("active")
    with transaction():
        grant_from_subscription(free, state)
    version = free.entitlements_version
    with transaction():
        grant_from_subscription(free, state)

    assert db.session.scalar(db.select(Company.entitlements_version).where(Company.id == free.id)) == version


def test_26_redis_gone_or_emptied_asks_the_database(free, monkeypatch):
    with transaction():
        grant(free, "goodwill:1", {"more_seats": 1})
    redis().flushdb()
    entitlements_cache._known.clear()
    assert free.entitlements.seats == 4

    entitlements_cache._known.clear()
    away = mock.Mock(side_effect=RedisError)
    monkeypatch.setattr(entitlements_cache, "redis", lambda: mock.Mock(get=away, set=away))
    assert free.entitlements.seats == 4
    assert away.call_count == 2


def test_26_another_process_reads_what_the_first_worked_out(free, monkeypatch):
    worked_out = free.entitlements
    entitlements_cache._known.clear()
    monkeypatch.setattr(Company, "_grants", lambda self: pytest.fail("asked the database"))

    assert free.entitlements == worked_out


def test_26_a_change_is_seen_at_once_by_who_reads_the_company_anew(app, free):
    assert free.entitlements.seats == 3
    with app.app_context(), transaction():
        grant(db.session.get_one(Company, free.id), "goodwill:1", {"more_seats": 7})

    with app.app_context():
        assert db.session.get_one(Company, free.id).entitlements.seats == 10


def test_26_what_was_rolled_back_is_never_believed(app, free):
    with pytest.raises(ZeroDivisionError), transaction():
        grant(free, "goodwill:1", {"more_seats": 100})
        assert free.entitlements.seats == 103
        raise ZeroDivisionError
    with transaction():
        grant(free, "goodwill:2", {"more_seats": 1})

    with app.app_context():
        assert db.session.get_one(Company, free.id).entitlements.seats == 4


def test_edges_are_told_once(free, told):
    with transaction():
        grant(free, "goodwill:1", {"more_seats": 1}, until=now() + timedelta(minutes=5))
    tell_changed_rights()
    told.clear()

    tell_changed_rights()
    assert told == []
    with time_machine.travel(now() + timedelta(minutes=6)):
        tell_changed_rights()
        tell_changed_rights()
    assert told == [free.id]


def test_an_operators_cap_wins(acme):
    with transaction():
        grant(acme, "cap:1", {"at_most": {"seats": 2}})

    assert acme.entitlements.seats == 2


def test_every_right_has_its_reason(acme):
    with transaction():
        grant(acme, "order:1/1", {"more_seats": 2, "flags": ["custom_logo"]})

    assert acme.entitlements.because["seats"] == ("trial:professional", "order:1/1")
    assert "order:1/1" in acme.entitlements.because["custom_logo"]


def test_34_what_a_downgrade_blocks_is_what_is_lost(acme):
    after = without(grants_of(acme), {"trial:professional"}, now())

    blocked = {rule.code for rule in what_will_be_blocked(acme.entitlements, after)}

    assert blocked == {rule.code for rule in RULES} - {"history_days"}
    assert what_will_be_blocked(after, acme.entitlements) == []


def test_34_what_comes_back_is_what_was_there(acme):
    before = acme.entitlements
    with transaction():
        revoke(acme, "trial:professional")
    assert acme.entitlements == Entitlements.add_up([], now())
    with transaction():
        db.session.scalars(db.select(Grant).where(Grant.company_id == acme.id)).one().revoked_at = None
        acme.rights_were_changed()

    assert acme.entitlements == before


def test_42_a_trial_is_had_once_by_whatever_name(cast):
    with transaction():
        second = db.session.get_one(Company, cast.globex.id)
        revoke(second, "trial:professional")
    for alias in ("Olga@acme.example", "olga+again@acme.example"):
        with transaction():
            assert not start_trial(second, email=alias)
