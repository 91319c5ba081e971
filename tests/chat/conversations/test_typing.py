from types import SimpleNamespace

import orjson
import pytest

from chat.conversations.parties import Parties
from chat.conversations.typing import Typing
from core.db import Place
from core.realtime.caller import Caller


class App:
    """Remembers what was said to browsers."""

    def __init__(self):
        self.said = []
        self.extensions = {"pushes": SimpleNamespace(send=self.said.extend)}

    def texts(self, audience: str) -> list[str]:
        return [orjson.loads(push.payload)[1]["text"] for push in self.said if push.audience == audience]


@pytest.fixture
def app_() -> App:
    return App()


@pytest.fixture
def typing(app_) -> Typing:
    parties = Parties()
    parties.note(1, 5, visitor_id=7, assigned_to_id=3)
    return Typing(app_, parties)


def caller(kind="visitor", id=7, **more) -> Caller:
    return Caller(company_id=1, place=Place("t_1"), kind=kind, id=id, name="", **more)


def write(typing: Typing, who: Caller, text: str) -> None:
    typing.typing(who, {"conversation_id": 5, "text": text}, lambda answer: None)


def test_agents_see_what_he_types_who_consented_and_visitors_only_that_somebody_does(typing, app_):
    write(typing, caller(shows_typing=True), "half a sent")
    write(typing, caller("member", 3, shows_typing=True), "my answ")
    typing.send()

    assert app_.texts("member") == ["half a sent", "my answ"]
    assert app_.texts("visitor") == ["", ""]


def test_nobody_sees_what_he_types_who_did_not(typing, app_):
    write(typing, caller(), "half a sent")
    typing.send()

    assert app_.said == []


def test_nor_what_he_typed_a_moment_before_he_withdrew(typing, app_):
    visitor = caller(shows_typing=True)
    write(typing, visitor, "half a sent")

    visitor.shows_typing = False
    typing.send()

    assert app_.said == []


def test_nor_what_somebody_types_into_a_conversation_that_is_not_his(typing, app_):
    write(typing, caller(id=8, shows_typing=True), "x")
    write(typing, caller("member", 4, shows_typing=True), "x")
    typing.send()

    assert app_.said == []


def test_what_has_been_posted_is_not_shown_as_typed_afterwards(typing, app_):
    visitor = caller(shows_typing=True)
    write(typing, visitor, "a whole sentence")
    typing.end(visitor, {"conversation_id": 5})
    typing.end(visitor, {"conversation_id": ["5"]})
    typing.send()

    assert app_.said == []
