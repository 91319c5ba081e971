"""What a console asks about offline messages, and what all of them hear (L-05…L-07, L-13, A-39)."""

import uuid

import pytest
from letters import answer_to, caught_for

from chat.conversations.rooms import message_takers_room
from chat.offline.incoming_mails import receive
from chat.offline.messages import OfflineMessage
from core.db import db, transaction
from core.jobs import run_due


@pytest.fixture
def ask(signed_in):
    """`ask(cast.adam, "sync", …)` is the answer, as a console without a socket gets it."""
    browsers = {}

    def ask(member, event: str, **data):
        browser = browsers.setdefault(member.name, None) or signed_in(member)
        browsers[member.name] = browser
        answer = browser.post("/console/call", json={"event": event, "data": data}).get_json()
        db.session.commit()
        db.session.expire_all()
        return answer

    return ask


@pytest.fixture
def message(cast) -> OfflineMessage:
    with transaction():
        return OfflineMessage.leave(
            cast.visitor, cast.site, uuid.uuid4(), "Call me", {"name": "Li", "email": "li@mail.example"}
        )


def test_l05_assigns_to_a_colleague_and_all_hear_it(cast, ask, message, caught):
    answer = ask(cast.adam, "assign_offline_message", offline_message_id=message.id, member_id=cast.nina.id)

    assert answer["offline_message"]["assigned_to"] == {"id": cast.nina.id, "name": "Nina"}
    [(rooms, told)] = caught.named("offline_message_changed")
    assert rooms == {message_takers_room(cast.acme.id)}
    assert told["offline_message"]["assigned_to"]["name"] == "Nina"


def test_l13_answers_by_mail(cast, ask, message, caught):
    same = str(uuid.uuid4())
    for _ in range(2):
        asked = {"offline_message_id": message.id, "client_id": same, "text": "On my way"}
        [reply] = ask(cast.nina, "reply_to_offline_message", **asked)["offline_message"]["replies"]
    run_due()

    assert (reply["author"], reply["client_id"]) == ({"id": cast.nina.id, "name": "Nina"}, same)
    assert len(caught_for("li@mail.example")) == 1
    assert caught.named("offline_message_changed")[-1][1]["offline_message"]["replies"][0]["state"] == "sent"


def test_a39_counts_until_it_is_handled_and_again_when_he_answers(cast, ask, message, caught):
    ask(cast.nina, "reply_to_offline_message", offline_message_id=message.id, client_id=str(uuid.uuid4()), text="Hello")
    run_due()
    assert ask(cast.nina, "console_state")["unhandled"] == 1, "an answer alone does not handle it (L-06)"
    ask(cast.nina, "handle_offline_message", offline_message_id=message.id, note="")
    assert ask(cast.nina, "console_state")["unhandled"] == 0

    receive(answer_to(caught_for("li@mail.example")[0], "One more thing"))

    state = ask(cast.nina, "console_state")
    assert state["unhandled"] == 1
    assert state["offline_messages"][0]["replies"][-1]["text"] == "One more thing"
    assert caught.named("offline_message_changed")[-1][1]["offline_message"]["handled_at"] is None


@pytest.mark.parametrize(
    "odd",
    [{"client_id": "x"}, {"client_id": None}, {"text": ""}, {"text": None}, {"offline_message_id": "1"}],
)
def test_nonsense_is_refused(cast, ask, message, odd):
    asked = {"offline_message_id": message.id, "client_id": str(uuid.uuid4()), "text": "Hello"} | odd

    assert not ask(cast.nina, "reply_to_offline_message", **asked)["ok"]


def test_nobody_gives_it_to_a_stranger(cast, ask, message):
    for id in (10**9, -1, "1", None):
        answer = ask(cast.adam, "assign_offline_message", offline_message_id=message.id, member_id=id)
        assert answer["error"]["code"] == "not_found"


def test_c15_what_he_told_stands_on_his_card(cast, ask):
    with transaction():
        cast.visitor.answers = [{"label": "Order number", "value": "A-17", "at": "2026-11-23T09:00:00+00:00"}]

    card = ask(cast.adam, "visitor_card", visitor_id=cast.visitor.id)["card"]

    assert card["answers"][0]["value"] == "A-17"
