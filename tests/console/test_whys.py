"""Why a conversation is with whom it is with, in words (beyond 2)."""

import pytest
from flask_babel import force_locale
from queueing import ask as visitor_asks
from queueing import come_online
from routing import NINGBO, ask_from, department, set_rules, strategy

from chat.reception.team import Team
from chat.reception.whys import AGAINST, whys_of
from console.agent import Agent
from console.events import console_door
from core.db import db, transaction
from tenants.companies.settings import Settings
from tenants.people.roles import Role
from tenants.signing_in.sessions import Session


@pytest.fixture
def why(cast):
    """`why(cast.adam, question)` is the answer Adam's console gets."""

    def why(member, question) -> dict:
        company = cast.company_of(member)
        with company.entered() as company, transaction():
            session, _ = Session.open(db.session.merge(member), remember=False, ip="", device="")
            agent = Agent.of(session, company)
        answer = console_door.call(agent, "why", {"conversation_id": question.id})
        cast.refresh()
        return answer

    return why


@pytest.fixture
def service(cast):
    with transaction():
        Settings.current().assignment = "service"


def test_tells_the_rule_who_else_could_and_who_not(cast, why, service):
    with transaction():
        cast.olga.receives = False
    come_online(cast.adam)
    question = cast.question

    [told] = why(cast.adam, question)["assignments"]

    assert (told["member"]["name"], told["rule"], told["by"]) == ("Adam", "load", None)
    assert told["sentences"] == ["To the least busy: whoever had most room was next."]
    assert [(one["member"]["name"], one["today"]) for one in told["candidates"]] == [("Adam", 0)]
    assert {one["member"]["name"]: one["because"] for one in told["exclusions"]} == {
        "Nina": "offline",
        "Olga": "does not receive visitors",
    }


def test_tells_the_region_that_decided(cast, why, service):
    set_rules(cast, strategy("Zhejiang", "CN-ZJ", department("East", cast.adam)))
    come_online(cast.adam, cast.nina)

    [told] = why(cast.adam, ask_from(cast, NINGBO))["assignments"]

    assert "Regional routing: visitors from China, Zhejiang, Ningbo belong to East (Zhejiang)." in told["sentences"]
    assert {"member": {"id": cast.nina.id, "name": "Nina"}, "because": "does not receive visitors like this one"} in told[
        "exclusions"
    ]


def test_tells_whose_hand_it_was_and_why_it_came_back(cast, why):
    with transaction():
        cast.question.accept(cast.adam)
    with transaction():
        cast.question.put_back("gone")
    with transaction():
        cast.question.accept(cast.nina)

    now, before = why(cast.nina, cast.question)["assignments"]

    assert (now["sentences"], now["returned_because"]) == (["Nina accepted the visitor."], None)
    assert (before["sentences"], before["returned_because"]) == (
        ["Adam accepted the visitor."],
        "The agent was gone for too long.",
    )


def test_who_waits_went_to_nobody_yet(cast, why):
    assert why(cast.adam, cast.question)["assignments"] == []


def test_says_it_in_the_readers_language(cast, service):
    set_rules(cast, strategy("浙江", "CN-ZJ", department("华东", cast.adam)))
    come_online(cast.adam)
    question = ask_from(cast, NINGBO)

    with force_locale("zh_Hans"):
        [told] = whys_of(question)

    assert any("浙江 宁波" in sentence for sentence in told["sentences"])


def test_is_for_who_may_see_the_conversation(cast, why):
    with transaction():
        cast.adam.move_to(Role.add("Newcomer", ["conversations.answer"]))
        cast.question.accept(cast.nina)

    assert why(cast.adam, cast.question)["error"]["code"] == "not_found"
    assert why(cast.eve, cast.question)["error"]["code"] == "not_found"


@pytest.mark.parametrize("state", ["busy", "away", "invisible"])
def test_there_are_words_for_every_reason_a_team_gives(cast, state):
    with transaction():
        cast.adam.presence, cast.nina.receives = state, False
        cast.acme.take_seat(cast.adam)
        Settings.current().conversation_limit = 1
        cast.question.accept(cast.olga)
        cast.acme.take_seat(cast.olga)

    assert Team(cast.acme).exclusions.keys() == {state, "does_not_receive", "full"}
    assert Team(cast.acme).exclusions.keys() <= AGAINST.keys()


def test_a_reader_sees_who_was_removed_by_name(cast, why, service):
    come_online(cast.adam)
    question = visitor_asks(cast)
    with transaction():
        cast.adam.remove()

    assert why(cast.olga, question)["assignments"][-1]["member"]["name"] == "Adam"
