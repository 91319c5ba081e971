import uuid

import pytest
from cast import count
from caught import Caught

from chat.conversations.conversations import Conversation
from chat.conversations.rooms import visitor_room
from chat.offline.messages import OfflineMessage
from chat.visitors.presence import set_presence
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.db import db, transaction
from tenants.companies.settings import Settings
from widget import events
from widget.door import widget_door
from widget.guest import Guest


def note(**changes) -> dict:
    answers = {"name": "Li", "email": "li@mail.example", "phone": ""}
    return {"client_id": str(uuid.uuid4()), "text": "Do you sell cups?", "answers": answers} | changes


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


@pytest.mark.parametrize("event", ["sync", "read", "rate", "end_conversation"])
def test_somebody_elses_conversation_is_not_found(cast, window, event):
    window.ask("state")

    answer = window.ask(event, conversation_id=cast.question.id, after=0, seq=1, score=5)

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
    "wrong",
    [
        {"text": " "},
        {"text": 7},
        {"client_id": "1"},
        {"answers": {"email": "", "phone": ""}},
        {"answers": {"email": "nonsense"}},
        {"answers": "x"},
        {"answers": {"email": 7, "phone": ["1"]}},
    ],
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


@pytest.fixture
def known(cast, window):
    """The window of the visitor whose question waits."""
    window.token = cast.visitor.token(cast.site)
    return window


def test_a_faulty_answer_is_named(cast, window):
    window.ask("state")

    error = window.ask("leave_offline_message", **note(answers={"email": "nonsense"}))["error"]

    assert error["fields"] == {"email": "Enter an e-mail address like name@example.com."}


def test_the_window_is_as_the_company_set_it(cast, known):
    with transaction():
        settings = Settings.current()
        settings.masks_numbers, settings.max_upload_mb = True, 1

    window = known.ask("state")["window"]

    assert window["max_upload"] == 1024 * 1024
    assert (window["masks_numbers"], window["asks_consent"], window["may_erase"], window["takes_ratings"]) == (True,) * 4


def test_he_rates_and_changes_his_mind(cast, known, caught):
    known.ask("rate", conversation_id=cast.question.id, score=2, comment="")
    answer = known.ask("rate", conversation_id=cast.question.id, score=5, comment="Thank you")

    assert answer["rating"]["score"] == 5
    assert known.ask("state")["conversation"]["rating"]["comment"] == "Thank you"
    assert [data["rating"]["score"] for _, data in caught.named("conversation_rated")] == [2, 5]


def test_he_reads_earlier_conversations(cast, known):
    with transaction():
        db.session.get_one(Visitor, cast.visitor.id).name = "Difficult Dan"
        cast.question.close(by=cast.adam)

    earlier = known.ask("earlier_conversations", before=None)

    assert [one["id"] for one in earlier["conversations"]] == [cast.question.id]
    assert not earlier["more"]
    assert "Dan" not in str(earlier)
    assert known.ask("sync", conversation_id=cast.question.id, after=0)["ok"]
    assert known.ask("earlier_conversations", before="x")["error"]["code"] == "not_found"


def test_where_former_chats_are_not_shown_none_can_be_read(cast, known):
    with transaction():
        Settings.current().show_last_conversation = False
        cast.question.close(by=cast.adam)
        cast.question.closed_at = cast.question.opened_at.replace(year=2020)

    assert known.ask("earlier_conversations")["conversations"] == []
    assert known.ask("sync", conversation_id=cast.question.id, after=0)["error"]["code"] == "not_found"


def test_what_he_types_is_shown_only_if_he_wants(cast, known, caught):
    assert known.ask("state")["shows_typing"] is None

    known.ask("set_privacy", shows_typing=False)

    assert known.ask("state")["shows_typing"] is False
    assert caught.named("privacy_changed") == [({visitor_room(cast.acme.id, cast.visitor.id)}, {"shows_typing": False})]
    assert known.ask("set_privacy", shows_typing="no")["error"]["code"] == "bad_request"


def test_what_agents_see_him_typing_ends_when_he_withdraws(cast, known, app, monkeypatch):
    heard = Caught("member")
    monkeypatch.setitem(app.extensions, "pushes", heard)

    known.ask("set_privacy", shows_typing=False)

    assert [data["text"] for _, data in heard.named("typing_changed")] == [""]


def test_he_sees_all_that_is_stored_about_him(cast, known):
    data = known.ask("my_data")["data"]

    assert data["profile"]["id"] == cast.visitor.id
    assert len(data["conversations"]) == len(data["visits"]) == 1


def test_more_than_a_socket_carries_is_refused_there_and_given_over_http(cast, known, app, monkeypatch):
    monkeypatch.setattr(events, "LARGEST_ANSWER", 10)
    guest = Guest(company_id=cast.acme.id, place=cast.acme.place, kind="visitor", id=cast.visitor.id, name="", visit_id=1,
                  site_key=cast.site.key, site_id=cast.site.id, visitor_key=cast.visitor.key)  # fmt: skip

    assert widget_door.call(guest, "my_data", {})["error"]["code"] == "too_much_for_the_line"
    assert known.ask("my_data")["data"]["profile"]["id"] == cast.visitor.id


def test_he_erases_himself(cast, known, app, monkeypatch):
    heard = Caught("member")
    monkeypatch.setitem(app.extensions, "pushes", heard)

    assert known.ask("erase_me")["ok"]
    cast.refresh()

    assert db.session.get(Visitor, cast.visitor.id) is None
    assert [data for _, data in heard.named("visitor_erased")] == [{"visitor_id": cast.visitor.id}]
    assert known.ask("my_data")["error"]["code"] == "frame_expired"


def test_a_second_tab_that_erases_too_finds_nobody(cast, known):
    token = known.token
    known.ask("erase_me")
    known.token = token

    assert known.ask("erase_me")["error"]["code"] == "frame_expired"
    assert known.ask("sync", conversation_id=cast.question.id, after=0)["error"]["code"] == "frame_expired"


def test_a_company_may_keep_what_it_has(cast, known):
    with transaction():
        Settings.current().visitors_may_erase = False

    assert known.ask("erase_me")["error"]["code"] == "erasing_is_off"


@pytest.mark.parametrize(("event", "times"), [("my_data", 10), ("erase_me", 10)])
def test_not_over_and_over(cast, known, event, times):
    with transaction():
        Settings.current().visitors_may_erase = False

    answers = [known.ask(event) for _ in range(times + 1)]

    assert answers[-1]["error"]["code"] == "too_many_tries"
    assert answers[-2].get("error", {}).get("code") != "too_many_tries"


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
