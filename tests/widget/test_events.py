import uuid

import pytest
from cast import count

from chat.conversations import Conversation
from chat.offline_messages import OfflineMessage
from chat.presence import set_presence
from chat.visitors import Visitor
from chat.visits import Visit
from core.db import db, transaction


def note(**changes) -> dict:
    return {
        "client_id": str(uuid.uuid4()),
        "text": "Do you sell cups?",
        "name": "Li",
        "email": "li@mail.example",
        "phone": "",
    } | changes


def test_state_makes_a_visitor_and_gives_him_his_token(cast, window):
    first = window.ask("state")
    again = window.ask("state")

    assert first["ok"]
    assert first["company"] == {"name": "Acme"}
    assert first["conversation"] is None
    assert first["online"] is False
    assert again["visitor"] == first["visitor"]


def test_nothing_but_state_makes_a_visitor(cast, window):
    before = count(Visitor)

    assert window.ask("open_conversation")["error"]["code"] == "frame_expired"
    assert window.ask("view_page", url="https://shop.example/", title="x")["error"]["code"] == "frame_expired"
    assert count(Visitor) == before


def test_nobody_here_nobody_opens_a_conversation(cast, window):
    window.ask("state")

    answer = window.ask("open_conversation")

    assert answer["error"]["code"] == "nobody_is_here"
    assert "Leave a message" in answer["error"]["message"]


def test_a_visitor_opens_one_conversation_however_often_he_asks(cast, window, adam_is_online):
    window.ask("state")

    first = window.ask("open_conversation")["conversation"]
    again = window.ask("open_conversation")["conversation"]

    assert first["state"] == "waiting"
    assert again["id"] == first["id"]


def test_a_conversation_that_goes_on_stays_open_to_who_comes_back(cast, window):
    window.token = cast.visitor.token(cast.site)

    assert window.ask("state")["conversation"]["id"] == cast.question.id
    assert window.ask("open_conversation")["conversation"]["id"] == cast.question.id


def test_a_fresh_or_unread_conversation_is_shown_after_its_end(cast, window):
    window.token = cast.visitor.token(cast.site)
    with transaction():
        cast.question.close(by=cast.adam)
    assert window.ask("state")["conversation"]["state"] == "closed"

    with transaction():
        old = db.session.get_one(Conversation, cast.question.id)
        old.closed_at = old.opened_at.replace(year=2020)
    assert window.ask("state")["conversation"] is None

    with transaction():
        old.last_seq = 1
    assert window.ask("state")["conversation"]["id"] == cast.question.id


def test_what_agents_call_him_is_not_for_his_ears(cast, window):
    window.token = cast.visitor.token(cast.site)
    with transaction():
        db.session.get_one(Visitor, cast.visitor.id).name = "Difficult Dan"

    assert "Dan" not in str(window.ask("state"))
    assert "Dan" not in str(window.ask("open_conversation"))
    assert "Dan" not in str(window.ask("sync", conversation_id=cast.question.id, after=0))


def test_the_visitor_ends_his_conversation(cast, window):
    window.token = cast.visitor.token(cast.site)

    assert window.ask("end_conversation", conversation_id=cast.question.id)["ok"]
    cast.refresh()

    assert not cast.question.is_open
    assert cast.question.closed_by_kind == "visitor"


@pytest.mark.parametrize("event", ["sync", "read", "end_conversation"])
def test_somebody_elses_conversation_is_not_found(cast, window, event):
    window.ask("state")

    answer = window.ask(event, conversation_id=cast.question.id, after=0, seq=1)

    assert answer["error"]["code"] == "not_found"
    cast.refresh()
    assert cast.question.is_open


@pytest.mark.parametrize("number", [None, "1", -1, 2**63, True, [1], 0])
def test_a_number_that_is_none_of_ours_is_not_found(cast, window, number):
    window.ask("state")

    assert window.ask("sync", conversation_id=number, after=0)["error"]["code"] == "not_found"


def test_pages_are_noted(cast, window):
    window.ask("state")

    window.ask("view_page", url="https://shop.example/cups", title="Cups")
    window.ask("view_page", url="javascript:alert(1)", title="x")

    visit = db.session.query(Visit).order_by(Visit.id.desc()).first()
    assert [page.url for page in visit.pages] == ["https://shop.example/cups"]


def test_a_message_left_twice_is_left_once(cast, window):
    window.ask("state")
    left = note()

    first, again = window.ask("leave_offline_message", **left), window.ask("leave_offline_message", **left)

    assert first["id"] == again["id"]
    assert [message.text for message in OfflineMessage.recent()] == ["Do you sell cups?"]


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"email": "", "phone": ""}, {"email": "nonsense"}, {"client_id": "1"}, {"text": 7}]
)
def test_a_message_nobody_could_answer_is_refused(cast, window, wrong):
    window.ask("state")

    assert not window.ask("leave_offline_message", **note(**wrong))["ok"]
    assert count(OfflineMessage) == 0


def test_somebody_who_leaves_too_many_messages_is_stopped(cast, window):
    window.ask("state")

    answers = [window.ask("leave_offline_message", **note()) for _ in range(11)]

    assert [answer["ok"] for answer in answers] == [True] * 10 + [False]


def test_refusals_speak_the_pages_language(cast, window, adam_is_online):
    with transaction():
        set_presence(cast.adam, "away")
    window.ask("state")

    assert window.ask("open_conversation")["error"]["message"]


@pytest.mark.parametrize(
    "body", [None, [], "x", {"event": 7}, {"event": "drop_everything", "data": {}}, {"event": "sync", "data": "x"}]
)
def test_nonsense_is_refused(cast, window, body):
    window.ask("state")

    response = window.browser.post(f"/w/{cast.site.key}/call", json=body, headers=window.headers)

    assert response.get_json()["error"]["code"] in ("bad_request", "frame_expired")


def test_an_unknown_site_is_not_found(cast, window):
    window.site_key = "nobodys"

    assert window.ask("state")["error"]["code"] == "site_not_found"
