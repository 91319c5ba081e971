"""SMS that look like abuse are seen, and SMS that do not are not; who is stopped sends no more."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from billing.purses import Purse
from core.clock import now
from core.db import db, transaction
from sms.bursts import DIFFERENT_NUMBERS, IN_ONE_RANGE, IN_VAIN, MANY, look_at_sms
from sms.messages import Sms
from sms.sending import send_due
from tenants.abuse.blocks import Block, NumberRefused
from tenants.abuse.signals import signals_of

NUMBER = "+8613800138000"


@pytest.fixture
def sent(cast):
    """`sent(10, numbers=2)` is as many SMS of Acme a moment ago, to so many numbers far apart."""

    def write(count: int, numbers: int = 1, state: str = "sent", hours_ago: float = 0.1, apart: int = 10_000_000) -> None:
        at = now() - timedelta(hours=hours_ago)
        with transaction():
            db.session.add_all(
                Sms(company_id=cast.acme.id, key=str(uuid4()), purpose="trial", number=f"+86{13000000000 + number % numbers * apart}",
                    shown_text="", segments=1, credits=1, reference=uuid4(), state=state, created_at=at)
                for number in range(count)
            )  # fmt: skip

    return write


def kinds_of(company) -> list[str]:
    return sorted(signal.kind for signal in signals_of(company.id))


def test_an_ordinary_hour_is_no_signal(cast, sent):
    sent(MANY - 1, numbers=DIFFERENT_NUMBERS - 1)
    sent(IN_VAIN - 1, state="lost", hours_ago=2)

    look_at_sms()

    assert kinds_of(cast.acme) == []


@pytest.mark.parametrize(
    ("kind", "many"),
    [
        ("sms_volume", {"count": MANY}),
        ("sms_numbers", {"count": DIFFERENT_NUMBERS, "numbers": DIFFERENT_NUMBERS}),
        ("sms_prefix", {"count": IN_ONE_RANGE, "numbers": IN_ONE_RANGE, "apart": 1}),
        ("sms_refused", {"count": IN_VAIN, "state": "refused", "hours_ago": 3}),
    ],
)
def test_what_looks_like_abuse_is_one_signal_however_often_it_is_looked_at(cast, sent, kind, many):
    sent(**many)

    look_at_sms()
    look_at_sms()

    [signal] = signals_of(cast.acme.id)
    assert (signal.kind, signal.count) == (kind, 2)
    assert signals_of(cast.globex.id) == []


def test_who_always_sends_many_is_left_in_peace(cast, sent):
    for hour in range(2, 170, 2):
        sent(MANY * 5 // 8, hours_ago=hour)
    sent(MANY)

    look_at_sms()

    assert kinds_of(cast.acme) == []


def test_some_that_are_lost_among_many_that_arrive_are_usual(cast, sent):
    sent(IN_VAIN, state="lost", hours_ago=3)
    sent(IN_VAIN * 2, state="delivered", hours_ago=3)

    look_at_sms()

    assert kinds_of(cast.acme) == []


def test_of_a_suspended_company_nothing_is_sent_any_more_and_nothing_charged(cast, told, credits):
    purse = credits(10)
    with transaction():
        sms = Sms.write(cast.acme, "one", "trial", NUMBER, "Hello")
    with transaction():
        cast.acme.suspend(because="abuse")

    send_due()

    db.session.expire_all()
    assert (told.sent, db.session.get_one(Sms, sms.id).state) == ([], "refused")
    assert (purse.balance, Purse.sms(cast.acme.id).held) == (10, 0)


def test_to_blocked_numbers_nothing_is_written_and_what_was_is_not_sent(cast, told, credits):
    credits(10)
    with transaction():
        Sms.write(cast.acme, "one", "trial", NUMBER, "Hello")
    with transaction():
        Block.put("sms_prefix", "+86138", "SMS pumping", "otto@laike.example")

    with pytest.raises(NumberRefused), transaction():
        Sms.write(cast.acme, "two", "trial", NUMBER, "Hello")
    send_due()

    assert told.sent == []


def test_one_that_may_be_on_its_way_is_asked_about_even_then(cast, told, credits):
    credits(10)
    with transaction():
        sms = Sms.write(cast.acme, "one", "trial", NUMBER, "Hello")
        sms.state = "unclear"
    with transaction():
        cast.acme.suspend(because="abuse")

    with time_machine.travel(now() + timedelta(minutes=6)):
        send_due()

    assert len(told.asked) == 1
