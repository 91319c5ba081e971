"""A flood of mails is seen, and a steady stream is not."""

import threading
from datetime import timedelta

import pytest
import time_machine

from core.clock import now
from core.mail import MailSent, compose, send
from core.redis import redis
from tenants.abuse.mail_volume import MANY, look_at_mail_volume, mail_sent
from tenants.abuse.signals import signals_of


@pytest.fixture
def send_many(cast):
    """`send_many(100)` counts so many in the hour that a test has travelled to."""

    def count(mails: int) -> None:
        for _mail in range(mails):
            mail_sent(MailSent())

    return count


def sent_by_the_platform(app) -> None:
    with app.app_context():
        send(compose("ops@hats.example", "Hello", "Hello"))


def test_each_mail_of_a_company_counts_and_the_platforms_own_for_nobody(app, cast):
    send(compose("li@hats.example", "Hello", "Hello"))
    send(compose("li@hats.example", "Hello", "Hello"))
    # Where no company is in force.
    platform = threading.Thread(target=sent_by_the_platform, args=[app])
    platform.start()
    platform.join()

    [key] = redis().keys("mails:*")
    assert (redis().zcard(key), redis().zscore(key, cast.acme.id)) == (1, 2)


def test_a_flood_is_a_signal_and_the_usual_is_none(cast, send_many):
    send_many(MANY - 1)
    look_at_mail_volume()
    assert signals_of(cast.acme.id) == []

    send_many(1)
    look_at_mail_volume()
    [signal] = signals_of(cast.acme.id)
    assert (signal.kind, signal.evidence) == ("mail_volume", {"mails": MANY, "usual": 0})


def test_who_always_sends_many_is_left_in_peace(cast, send_many):
    for hour in range(1, 25):
        with time_machine.travel(now() - timedelta(hours=hour)):
            send_many(MANY // 4)
    send_many(MANY)

    look_at_mail_volume()

    assert signals_of(cast.acme.id) == []
