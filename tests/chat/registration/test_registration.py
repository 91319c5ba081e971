"""Visitor registration (W-24, W-25, W-26, C-15, L-11, CF-14)."""

from datetime import timedelta

import pytest
import time_machine
from cast import count
from parallel import in_parallel

from billing.grants import grant, revoke
from chat.registration.registration import Registration, RegistrationNeeded, must_register, register, registration_of
from chat.styles.form_fields import Field
from chat.styles.prompts import Prompts
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.visitors.told import Consent
from chat.visitors.visitors import CardSaved, Visitor
from core import events
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid
from tenants.companies.settings import Settings

NAME, EMAIL = Field("name", is_required=True), Field("email", kind="email", is_required=True)
PHONE, COMPANY = Field("phone", kind="phone"), Field("company")
ORDER = Field("own1", "Order number", is_required=True)
SIZE = Field("own2", "Size", "choice", options=("S", "M"))
AGREE = Field("own3", "I agree to the rules.", "consent", is_required=True, url="https://shop.example/rules")


@pytest.fixture
def ask_first(cast):
    """`ask_first(NAME, EMAIL)`: Acme's site asks that before the chat, and Acme, on its trial, may."""

    def ask(*fields: Field, paid: bool = True) -> None:
        with transaction():
            if not paid:
                revoke(cast.acme, "trial:professional")
            Style(cast.site).save(Registration(before_chat=True, fields=fields), by=None)

    return ask


def faults_of(*fields: Field, to_be_reached: bool = False, **answers) -> set[str]:
    with pytest.raises(Invalid) as refusal:
        Registration(fields=fields).filled_in(answers, to_be_reached)
    return set(refusal.value.fields)


def test_asks_the_usual_until_somebody_says_otherwise(cast):
    assert [field.key for field in Registration().fields] == ["name", "email", "phone"]


def test_what_the_company_had_before_counts_until_a_style_has_its_own(cast):
    with transaction():
        Settings.current().offline_fields = [{"key": "phone", "label": "", "kind": "phone", "is_required": True}]
        Settings.current().offline_intro = "Back at nine."
    assert registration_of(cast.site).fields == (Field("phone", kind="phone", is_required=True),)
    assert Style(cast.site)[Prompts].as_seen()["offline_message"] == "Back at nine."

    with transaction():
        Style(cast.site).save(Registration(fields=(EMAIL,)), by=cast.olga)
        Style(cast.site).save(Prompts(), by=cast.olga)
        other = Site.add("Other shop")

    assert registration_of(cast.site).fields == (EMAIL,)
    assert Style(cast.site)[Prompts].as_seen()["offline_message"] == ""
    assert registration_of(other).fields == (Field("phone", kind="phone", is_required=True),)


def test_is_seen_by_browsers_as_they_expect(cast):
    form = Registration(before_chat=True, fields=(AGREE,), system="own", board_url="https://board.example")

    seen = form.as_seen()
    assert (seen["before_chat"], seen["board_url"]) == (True, "https://board.example")
    assert list(seen["fields"]) == [
        {"key": "own3", "label": AGREE.label, "kind": "consent", "is_required": True, "options": (), "url": AGREE.url}
    ]
    assert Registration(system="board", board_url="https://board.example").as_seen()["board_url"] == ""


def test_a_version_keeps_all_of_it(cast):
    form = Registration(before_chat=True, fields=(NAME, SIZE, AGREE), system="tracker", tracker="t@tracker.example")
    with transaction():
        Style(cast.site).save(form, by=cast.olga)
    cast.refresh()

    assert Style(cast.site)[Registration] == form


@pytest.mark.parametrize(
    ("form", "faulty"),
    [
        (Registration(fields=(Field("own1"),)), {"label-own1"}),
        (Registration(fields=(Field("own1", "Size"), Field("own2", "size"))), {"label-own1", "label-own2"}),
        (Registration(fields=(Field("own1", "Size", "choice", options=("S",)),)), {"options-own1"}),
        (Registration(fields=(Field("own1", "Rules", "consent", url="javascript:alert(1)"),)), {"url-own1"}),
        (Registration(before_chat=True, fields=()), {"before_chat"}),
        (Registration(system="tracker", tracker="nonsense"), {"tracker"}),
        (Registration(system="own"), {"board_url"}),
        (Registration(system="own", board_url="javascript:alert(1)"), {"board_url"}),
    ],
)
def test_refuses_a_form_that_makes_no_sense(cast, form, faulty):
    with pytest.raises(Invalid) as refusal:
        Style(cast.site).save(form, by=cast.olga)

    assert set(refusal.value.fields) == faulty


@pytest.mark.parametrize(
    ("fields", "answers", "faulty"),
    [
        ([ORDER, PHONE], {}, {"own1"}),
        ([ORDER], {"own1": " \n "}, {"own1"}),
        ([ORDER, EMAIL], {"email": ["a@b.example"], "own1": 7}, {"own1", "email"}),
        ([EMAIL], {"email": "nonsense"}, {"email"}),
        ([SIZE], {"own2": "XXL"}, {"own2"}),
        ([AGREE], {"own3": "no"}, {"own3"}),
        ([AGREE], {}, {"own3"}),
    ],
)
def test_says_which_answer_is_faulty(cast, fields, answers, faulty):
    assert faults_of(*fields, **answers) == faulty


@pytest.mark.parametrize(
    ("fields", "answers", "faulty"),
    [([Field("email", kind="email"), PHONE], {}, {"email"}), ([PHONE], {}, {"phone"})],
)
def test_who_leaves_a_message_can_be_reached(cast, fields, answers, faulty):
    assert faults_of(*fields, to_be_reached=True, **answers) == faulty


def test_who_asks_for_no_address_gets_none(cast):
    filled_in = Registration(fields=(ORDER,)).filled_in({"own1": "17", "email": "a@b.example", "own9": "x"}, to_be_reached=True)

    assert filled_in == {"own1": "17"}


def test_answers_are_made_fit_to_keep(cast):
    form = Registration(fields=(ORDER, Field("own2", "What happened", "paragraph")))

    kept = form.filled_in({"own1": "1\n2\x00\ud800" + "x" * 900, "own2": "a\r\nb"})

    assert kept == {"own1": "1 2" + "x" * 197, "own2": "a\nb"}


def test_w24_asks_before_the_chat_whom_nobody_knows(cast, ask_first):
    ask_first(NAME, EMAIL)

    assert must_register(cast.visitor, cast.site)


def test_w24_is_paid_for(cast, ask_first):
    """CF-14, F-12: without the right it is as if it had never been set."""
    ask_first(NAME, EMAIL, paid=False)

    assert not must_register(cast.visitor, cast.site)
    assert Style(cast.site)[Registration].before_chat
    assert not registration_of(cast.site).before_chat


def test_w24_the_right_ends_at_its_second_and_the_chat_simply_opens(cast, ask_first):
    ask_first(NAME, paid=False)
    ends = now().replace(microsecond=0) + timedelta(minutes=5)
    with transaction():
        grant(cast.acme, "addon:1", {"flags": ["visitor_registration"]}, until=ends)

    with time_machine.travel(ends - timedelta(seconds=1), tick=False):
        assert must_register(cast.visitor, cast.site)
    with time_machine.travel(ends, tick=False):
        assert not must_register(cast.visitor, cast.site)


def test_w25_the_message_form_is_everybodys(cast, ask_first):
    """The same fields and the same required set, without paying."""
    ask_first(NAME, EMAIL, paid=False)

    assert registration_of(cast.site).fields == (NAME, EMAIL)


def test_w26_what_he_answers_becomes_his_card(cast, ask_first):
    ask_first(NAME, EMAIL, COMPANY, ORDER)
    with transaction():
        register(cast.visitor, cast.site, {"name": "Li", "email": "LI@mail.example", "company": "Li & Co", "own1": "A-17"})

    visitor = cast.visitor
    assert (visitor.name, visitor.email, visitor.company) == ("Li", "li@mail.example", "Li & Co")
    assert [(answer["label"], answer["value"]) for answer in visitor.as_card()["answers"]] == [("Order number", "A-17")]
    assert not must_register(visitor, cast.site)


def test_w26_the_team_hears_of_a_new_card(cast, monkeypatch):
    told = []
    monkeypatch.setattr(events, "_reactions", {CardSaved: [told.append]})
    for _ in range(2):
        with transaction():
            register(cast.visitor, cast.site, {"name": "Li"})

    assert told == [CardSaved(cast.acme.id, cast.visitor.id)]


def test_what_an_agent_wrote_counts_more_and_what_he_typed_is_not_lost(cast, ask_first):
    ask_first(NAME, EMAIL)
    with transaction():
        cast.visitor.save_card("Ms Li", "", "", "", "")
        register(cast.visitor, cast.site, {"name": "Mickey", "email": "li@mail.example"})

    assert (cast.visitor.name, cast.visitor.email) == ("Ms Li", "li@mail.example")
    assert [(answer["label"], answer["value"]) for answer in cast.visitor.answers] == [("Name", "Mickey")]


def test_returning_visitors_are_not_asked_again(cast, ask_first):
    ask_first(NAME, AGREE)
    with transaction():
        register(cast.visitor, cast.site, {"name": "Li", "own3": "yes"})
    cast.refresh()

    assert not must_register(db.session.get_one(Visitor, cast.visitor.id), cast.site)


def test_whom_agents_know_already_is_not_asked(cast, ask_first):
    ask_first(NAME, EMAIL)
    with transaction():
        cast.visitor.save_card("Li", "li@mail.example", "", "", "")

    assert not must_register(cast.visitor, cast.site)


def test_whom_the_companys_server_vouches_for_is_not_asked(cast, ask_first):
    ask_first(NAME, EMAIL)
    cast.visitor.sub = "customer 17"

    assert not must_register(cast.visitor, cast.site)


def test_a_question_that_was_added_since_is_asked(cast, ask_first):
    ask_first(NAME)
    with transaction():
        register(cast.visitor, cast.site, {"name": "Li"})
    ask_first(NAME, AGREE)

    assert must_register(cast.visitor, cast.site)


def test_where_nothing_is_required_everybody_is_asked_once(cast, ask_first):
    ask_first(PHONE)
    assert must_register(cast.visitor, cast.site)

    with transaction():
        register(cast.visitor, cast.site, {})

    assert not must_register(cast.visitor, cast.site)


def test_what_was_agreed_to_is_kept_as_evidence(cast, ask_first):
    ask_first(AGREE)
    with transaction():
        register(cast.visitor, cast.site, {"own3": "yes"}, "203.0.113.7", "https://shop.example/hats")
        register(cast.visitor, cast.site, {"own3": "yes"}, "203.0.113.8")

    [consent] = Consent.of(cast.visitor)
    assert (consent.wording, consent.url, consent.ip) == ("I agree to the rules.", AGREE.url, "203.0.113.7")
    assert consent.given_at - cast.visitor.registered_at < timedelta(seconds=1)


def test_other_words_are_another_consent(cast, ask_first):
    ask_first(AGREE)
    with transaction():
        register(cast.visitor, cast.site, {"own3": "yes"})
    ask_first(Field("own3", "I agree to the new rules.", "consent", is_required=True))
    assert must_register(cast.visitor, cast.site)

    with transaction():
        register(cast.visitor, cast.site, {"own3": "yes"})

    assert [consent.wording for consent in Consent.of(cast.visitor)] == ["I agree to the rules.", "I agree to the new rules."]


def test_two_tabs_at_once_lose_nothing(app, cast, ask_first):
    ask_first(Field("own1", "Order number"), Field("own2", "Colour"), Field("own4", "I agree", "consent"))

    def telling(**answers):
        return lambda: register(db.session.get_one(Visitor, cast.visitor.id), db.session.get_one(Site, cast.site.id), answers)

    outcomes = in_parallel(app, cast.acme, [telling(own1="17", own4="yes"), telling(own2="red", own4="yes")] * 3)
    cast.refresh()

    assert outcomes == [None] * 6
    assert {answer["label"] for answer in cast.visitor.answers} == {"Order number", "Colour", "I agree"}
    assert count(Consent) == 1


def test_the_refusal_says_what_to_do():
    assert RegistrationNeeded.code == "registration_needed"
