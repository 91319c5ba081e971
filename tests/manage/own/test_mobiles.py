"""Binding a number, and a new password by SMS (K-01, K-02, K-03), as people do it."""

import base64
import re

import pytest

from billing.purses import GIVEN, Purse
from core.clock import now
from core.db import db, transaction
from sms.gateways.catcher import caught
from sms.messages import Sms
from sms.mobiles import Mobile
from sms.sending import send_due
from tenants.companies.settings import Settings

NUMBER = "+8613800138000"
NEW = "nine kettles in a cellar"


@pytest.fixture
def credits(cast):
    with transaction():
        Purse.sms(cast.acme.id).receive(20, GIVEN, "test", "gift")


@pytest.fixture
def bound(cast, credits):
    """Adam has bound his number, and Acme allows passwords by SMS."""
    with transaction():
        Settings.current().sms_passwords = True
        db.session.add(Mobile(member=cast.adam, number=NUMBER, verified_at=now(), alerts=True))


def code() -> str:
    send_due()
    return re.match(r"\d{6}", caught()[0]["text"])[0]


def test_a_number_is_bound_by_the_code_that_arrives(cast, signed_in, credits):
    adam = signed_in(cast.adam)
    adam.post("/manage/me/mobile", data={"number": "+86 138 0013 8000"})
    right = code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    assert b"This code is wrong" in adam.post("/manage/me/mobile/confirmation", data={"code": wrong}).data
    adam.post("/manage/me/mobile/confirmation", data={"code": right})

    page = adam.get("/manage/me/mobile").text
    assert "+86 •••• 8000" in page
    assert "bound" in page


def test_what_was_typed_stays_when_it_is_no_number(cast, signed_in, credits):
    answer = signed_in(cast.adam).post("/manage/me/mobile", data={"number": "12 34"})
    assert answer.status_code == 422
    assert 'value="12 34"' in answer.text
    assert "mobile number with its country code" in answer.text


def test_wrong_guesses_are_counted_although_they_are_refused(cast, signed_in, credits):
    adam = signed_in(cast.adam)
    adam.post("/manage/me/mobile", data={"number": NUMBER})
    right = code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        adam.post("/manage/me/mobile/confirmation", data={"code": wrong})
    assert adam.post("/manage/me/mobile/confirmation", data={"code": right}).status_code == 422


def test_a_forgotten_password_by_sms(cast, client, bound):
    asked = client.post("/password/code", data={"company_id": "acme", "number": NUMBER})
    # Nothing in the address that logs and histories keep tells whose number it is.
    assert all(NUMBER.encode() not in part for part in _readable(asked.location.rpartition("/")[2]))
    link = client.post(asked.location, data={"code": code()})
    assert link.status_code == 302
    done = client.post(link.location, data={"password": NEW})
    assert done.status_code == 302
    cast.refresh()
    assert cast.adam.has_password(NEW)


@pytest.mark.parametrize("change", ["company", "number", "switch"])
def test_strangers_learn_nothing(cast, client, bound, change):
    with transaction():
        if change == "switch":
            Settings.current().sms_passwords = False
    company_id = "globex" if change == "company" else "acme"
    number = "+8613900139000" if change == "number" else NUMBER
    asked = client.post("/password/code", data={"company_id": company_id, "number": number})
    page = client.get(asked.location)
    assert (asked.status_code, page.status_code) == (302, 200)
    assert client.post(asked.location, data={"code": "123456"}).status_code == 422
    send_due()
    assert caught() == []


def test_the_bill_shows_what_each_sms_cost(cast, signed_in, bound):
    with transaction():
        Sms.write(cast.acme, "one", "password", NUMBER, "123456 is your code", secret="123456")
        Sms.write(cast.acme, "two", "offline_message", NUMBER, "Acme: a visitor left a message: Hats?")
    send_due()
    page = signed_in(cast.olga).get("/manage/sms")
    assert "18 credits are left" in page.text
    assert "•••••• is your code" in page.text
    assert "Hats?" in page.text
    assert "123456" not in page.text
    assert "+86 •••• 8000" in page.text
    assert "+8613800138000" not in page.text
    table = signed_in(cast.olga).get("/manage/sms/sms.csv").text
    assert "Hats?" in table


def test_who_may_not_read_visitors_reads_no_texts_of_theirs(cast, signed_in, bound):
    with transaction():
        cast.adam.role.permissions = ["management.enter", "billing.manage"]
        Sms.write(cast.acme, "two", "offline_message", NUMBER, "Acme: a visitor left a message: Hats?")
    assert "Hats?" not in signed_in(cast.adam).get("/manage/sms").text


def test_only_who_manages_money_sees_the_bill(cast, signed_in):
    assert signed_in(cast.adam).get("/manage/sms").status_code == 403


def test_a_trial_sms_twice_is_one(cast, signed_in, credits):
    with transaction():
        db.session.add(Mobile(member=cast.olga, number=NUMBER, verified_at=now(), alerts=True))
    olga = signed_in(cast.olga)
    for _ in range(2):
        olga.post("/manage/sms/trial")
    send_due()
    assert len(caught()) == 1


def _readable(token: str) -> list[bytes]:
    """What anybody reads in a signed token."""
    return [base64.urlsafe_b64decode(part.encode() + b"==") for part in token.split(".")]
