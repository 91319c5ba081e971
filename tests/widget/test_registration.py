"""Filling in the form before the chat, through the door (W-24, W-26)."""

import pytest

from billing.grants import revoke
from chat.registration.registration import Registration
from chat.styles.form_fields import Field
from chat.styles.styles import Style
from chat.visitors.visitors import Visitor
from core.db import db, transaction

NAME, EMAIL = Field("name", is_required=True), Field("email", kind="email", is_required=True)
LI = {"name": "Li", "email": "li@mail.example"}


@pytest.fixture
def asked_first(cast, adam_is_online):
    with transaction():
        cast.acme.take_seat(cast.adam)
        Style(cast.site).save(Registration(before_chat=True, fields=(NAME, EMAIL)), by=cast.olga)


def visitor_of(window) -> Visitor:
    db.session.commit()
    db.session.expire_all()
    return db.session.get_one(Visitor, window.ask("state")["visitor"]["id"])


def test_w24_a_stranger_must_register_before_he_chats(cast, asked_first, window):
    welcome = window.ask("state")
    assert welcome["must_register"]
    assert [field["key"] for field in welcome["style"]["form"]["fields"]] == ["name", "email"]

    refused = window.ask("open_conversation")

    assert refused["error"]["code"] == "registration_needed"


def test_w26_then_the_chat_opens_and_he_has_a_card(cast, asked_first, window):
    window.ask("state")
    assert window.ask("register", answers=LI)["ok"]

    opened = window.ask("open_conversation")

    assert opened["conversation"]["state"] == "waiting"
    assert not window.ask("state")["must_register"]
    assert (visitor_of(window).name, visitor_of(window).email) == ("Li", "li@mail.example")


def test_what_is_wrong_stands_beside_the_field(cast, asked_first, window):
    window.ask("state")

    refused = window.ask("register", answers={"name": "", "email": "nonsense"})

    assert refused["error"]["code"] == "invalid"
    assert set(refused["error"]["fields"]) == {"name", "email"}


@pytest.mark.parametrize("answers", [None, "x", [], {"name": {"a": 1}, "email": 3}, {"name": "\ud800", "email": "a@b.example"}])
def test_nonsense_is_refused(cast, asked_first, window, answers):
    window.ask("state")

    assert window.ask("register", answers=answers)["error"]["code"] == "invalid"


def test_a_conversation_that_goes_on_is_not_interrupted(cast, window, adam_is_online):
    with transaction():
        cast.acme.take_seat(cast.adam)
    window.ask("state")
    window.ask("open_conversation")
    with transaction():
        Style(cast.site).save(Registration(before_chat=True, fields=(NAME,)), by=cast.olga)

    assert window.ask("open_conversation")["ok"]


def test_the_right_expires_while_he_fills_it_in_and_the_chat_opens(cast, asked_first, window):
    assert window.ask("state")["must_register"]
    with transaction():
        revoke(cast.acme, "trial:professional")

    assert window.ask("register", answers=LI)["ok"]
    assert window.ask("open_conversation")["ok"]


def test_nobody_fills_in_forms_by_the_hundred(cast, asked_first, window):
    window.ask("state")

    answers = [window.ask("register", answers=LI) for _ in range(11)]

    assert answers[-1]["error"]["code"] == "too_many_tries"


def test_an_address_that_everybody_claims_is_throttled(app, cast, asked_first, window):
    codes = []
    for _ in range(21):
        window.token = ""
        window.ask("state")
        codes.append(window.ask("register", answers=LI).get("error", {}).get("code"))

    assert codes == [None] * 20 + ["too_many_tries"]


def test_without_the_form_nobody_is_asked(cast, window):
    assert not window.ask("state")["must_register"]
