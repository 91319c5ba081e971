"""Nothing is answered twice because a colleague's reply was missed (complaint 1)."""

import uuid

import pytest

from chat.conversations.drafts import Draft
from chat.conversations.posting import post_now
from console.agent import Agent
from console.events import console_door
from core.db import db, transaction
from tenants.signing_in.sessions import Session


@pytest.fixture
def ask(cast):
    def ask(member, event: str, **data) -> dict:
        with transaction():
            session, _ = Session.open(member, remember=False, ip="", device="")
            agent = Agent.of(session, cast.acme)
        answer = console_door.call(agent, event, data)
        cast.refresh()
        return answer

    return ask


@pytest.fixture
def says(cast):
    """`says(cast.adam, "hello")` is why it was refused, or None."""

    def says(member, text: str) -> str | None:
        author = "member", member.id, member.name
        draft = Draft(cast.acme.id, cast.acme.place, cast.question.id, str(uuid.uuid4()), author, text)
        with transaction():
            [outcome] = post_now(db.session.connection().connection.dbapi_connection, [draft])
        cast.refresh()
        return outcome.refusal

    return says


def hand_over(cast, ask, to) -> None:
    """Whoever had him has gone silent, and a colleague takes the visitor."""
    with transaction():
        cast.question.put_back("silent")
    with transaction():
        cast.acme.take_seat(to)
    assert ask(to, "accept_conversation", conversation_id=cast.question.id)["ok"]


def test_what_lay_in_the_outbox_is_refused_once_a_colleague_has_the_visitor(cast, ask, says):
    hand_over(cast, ask, cast.adam)
    hand_over(cast, ask, cast.nina)
    assert says(cast.nina, "Yes, until Friday.") is None

    assert says(cast.adam, "Yes, until Friday!") == "conversation_not_found"

    [shown] = ask(cast.adam, "console_state")["conversations"]
    assert shown["member"]["name"] == "Nina"
    assert [one["author"]["name"] for one in ask(cast.adam, "sync", conversation_id=cast.question.id, after=0)["messages"]] == [
        "Nina"
    ]


def test_who_gets_the_visitor_back_is_shown_what_was_answered_meanwhile(cast, ask, says):
    hand_over(cast, ask, cast.adam)
    before = ask(cast.adam, "find_conversation", conversation_id=cast.question.id)["conversation"]
    hand_over(cast, ask, cast.nina)
    says(cast.nina, "Yes, until Friday.")
    hand_over(cast, ask, cast.adam)

    now = ask(cast.adam, "find_conversation", conversation_id=cast.question.id)["conversation"]

    assert now["last_seq"] > before["last_seq"]
    assert now["accepted_at"] > before["accepted_at"]
    assert now["queued_at"] > before["queued_at"]
    [reply] = ask(cast.adam, "sync", conversation_id=cast.question.id, after=before["last_seq"])["messages"]
    assert reply["author"] == {"kind": "member", "id": cast.nina.id, "name": "Nina"}
