"""The search as consoles ask for it."""

import uuid

import pytest

from chat.conversations.messages import Message
from chat.conversations.talks import Talk
from console.agent import Agent
from console.events import console_door
from core.db import db, transaction
from tenants.signing_in.sessions import Session


@pytest.fixture
def search(cast):
    """`search(cast.adam, "parcel")` is what Adam's console is told."""

    def search(member, text) -> dict:
        company = cast.company_of(member)
        with company.entered() as company, transaction():
            session, _ = Session.open(db.session.merge(member), remember=False, ip="", device="")
            agent = Agent.of(session, company)
        answer = console_door.call(agent, "search", {"text": text})
        cast.refresh()
        return answer

    return search


@pytest.fixture
def parcel(cast):
    """The visitor and the team, and two colleagues, speak of a parcel."""
    with transaction():
        cast.visitor.name, cast.visitor.email = "Marta Parcel", "marta@shop.example"
        message = Message(conversation_id=cast.question.id, seq=1, client_id=uuid.uuid4(), author_kind="visitor",
                          author_id=cast.visitor.id, body="Where is my parcel?")  # fmt: skip
        db.session.add(message)
        cast.question.last_seq = 1
        talk = Talk.open_for(cast.adam, [cast.nina])
        talk.post(cast.adam, str(uuid.uuid4()), "whose parcel?")
    return talk


def test_everything_of_one_kind_together(cast, search, parcel):
    found = search(cast.adam, "PARCEL")

    [visitor] = found["visitors"]
    assert (visitor["id"], visitor["email"]) == (cast.visitor.id, "marta@shop.example")
    [conversation] = found["conversations"]
    assert (conversation["conversation"]["id"], conversation["seq"]) == (cast.question.id, 1)
    assert conversation["excerpt"] == "Where is my parcel?"
    [talk] = found["talks"]
    assert (talk["talk"]["id"], talk["seq"], talk["excerpt"]) == (parcel.id, 1, "whose parcel?")
    assert found["offline_messages"] == []


def test_colleagues_with_how_they_are(cast, search):
    with transaction():
        cast.acme.take_seat(cast.nina)
        cast.question.accept(by=cast.nina)

    [nina] = search(cast.adam, "nina")["colleagues"]

    assert (nina["presence"], nina["talking"], nina["receives"]) == ("online", 1, True)


def test_an_invisible_colleague_looks_offline_here_too(cast, search):
    with transaction():
        cast.acme.take_seat(cast.olga)
        cast.olga.presence = "invisible"

    assert [one["presence"] for one in search(cast.adam, "olga")["colleagues"]] == ["offline"]


@pytest.mark.parametrize(
    "text", ["", " ", "p", None, 7, [], {"a": 1}, "x" * 5000, "\0", "\ud800", "xy\ud800z", "%", "a%", "\\"]
)
def test_nonsense_finds_nothing_and_breaks_nothing(cast, search, parcel, text):
    found = search(cast.adam, text)

    assert found == {"ok": True, "visitors": [], "conversations": [], "offline_messages": [], "talks": [], "colleagues": []}


def test_another_company_finds_nothing(cast, search, parcel):
    found = search(cast.eve, "parcel")

    assert not any(found[kind] for kind in found if kind != "ok")
