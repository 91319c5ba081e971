"""A visitor's message reaches the telephone of who wants it (K-01, L-04)."""

import uuid

import pytest

from chat.offline.messages import OfflineMessage
from core.clock import now
from core.db import db, transaction
from core.jobs import run_due
from sms.mobiles import Mobile
from sms.sending import send_due
from tenants.companies.settings import Settings


@pytest.fixture
def adams_mobile(cast, told, credits):
    credits(20)
    with transaction():
        Settings.current().sms_offline_messages = True
        db.session.add(Mobile(member=cast.adam, number="+8613800138000", verified_at=now(), alerts=True))
    return db.session.get(Mobile, cast.adam.id)


def leave(cast, text="Do you have straw hats?") -> None:
    with transaction():
        OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), text, {"email": "li@mail.example"})
    run_due()
    send_due()


def test_an_alert_names_the_company_and_the_beginning(cast, told, adams_mobile):
    leave(cast, "x" * 100)
    [letter] = told.sent
    assert letter.to == "+8613800138000"
    assert letter.text == "Acme: a visitor left a message: " + "x" * 39 + "…"


@pytest.mark.parametrize("change", ["company switch", "own switch", "not verified", "no right"])
def test_nobody_is_alerted_who_does_not_want_or_may_not(cast, told, adams_mobile, change):
    with transaction():
        if change == "company switch":
            Settings.current().sms_offline_messages = False
        if change == "own switch":
            adams_mobile.alerts = False
        if change == "not verified":
            adams_mobile.verified_at = None
        if change == "no right":
            cast.adam.role.permissions = ["conversations.answer"]
    leave(cast)
    assert told.sent == []


def test_a_flood_sends_ten_an_hour(cast, told, adams_mobile, monkeypatch):
    monkeypatch.setattr("sms.messages.PER_NUMBER", ())
    for _ in range(12):
        leave(cast)
    assert len(told.sent) == 10


def test_without_credits_the_message_is_there_all_the_same(cast, told):
    with transaction():
        Settings.current().sms_offline_messages = True
        db.session.add(Mobile(member=cast.adam, number="+8613800138000", verified_at=now(), alerts=True))
    leave(cast)
    assert told.sent == []
    assert OfflineMessage.unhandled_count() == 1
