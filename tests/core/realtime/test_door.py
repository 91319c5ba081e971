from contextlib import nullcontext
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from core.db import Place
from core.errors import BadRequest, NotAllowed
from core.realtime import door as doors
from core.realtime.caller import Caller
from core.realtime.door import Door


@dataclass(kw_only=True)
class Anybody(Caller):
    def entered(self):
        return nullcontext()


@pytest.fixture
def caller() -> Caller:
    return Anybody(company_id=1, place=Place("t_1"), kind="visitor", id=7, name="Visitor 7")


@pytest.fixture
def door(app) -> Door:
    door = Door("test", caller=lambda request, auth: auth)
    door.app = app

    @door.on("greet")
    def greet(caller, request):
        return {"text": f"Hello {caller.name}"}

    @door.on("forbid")
    def forbid(caller, request):
        raise NotAllowed

    @door.on("break")
    def break_(caller, request):
        raise ZeroDivisionError

    @door.hot("later")
    def later(caller, request, answer):
        answer(BadRequest() if request else {"seq": 1})

    @door.hot("never")
    def never(caller, request, answer):
        """The answer is lost."""

    return door


def test_answers_what_was_asked(door, caller):
    assert door.call(caller, "greet", {}) == {"ok": True, "text": "Hello Visitor 7"}


def test_a_refusal_travels_with_code_and_sentence(door, caller):
    answer = door.call(caller, "forbid", {})

    assert answer["ok"] is False
    assert answer["error"]["code"] == "not_allowed"
    assert "administrator" in answer["error"]["message"]


def test_a_refusal_speaks_the_callers_language(door, caller, monkeypatch):
    caller.language = "zh_Hans"
    heard = []
    monkeypatch.setattr(doors, "force_locale", lambda language: (heard.append(language), nullcontext())[1])

    door.call(caller, "forbid", {})

    assert "zh_Hans" in heard


@pytest.mark.parametrize(
    ("event", "data"), [("nonsense", {}), ("greet", None), ("greet", []), (None, {}), ({}, {}), ("__init__", {})]
)
def test_nonsense_is_a_bad_request(door, caller, event, data):
    assert door.call(caller, event, data)["error"]["code"] == "bad_request"


def test_a_bug_is_logged_with_ids_and_not_told(door, caller, caplog):
    answer = door.call(caller, "break", {})

    assert answer["error"]["code"] == "internal"
    assert "ZeroDivisionError" not in str(answer)
    assert "door=test event=break caller=1:visitor:7" in caplog.text


def test_a_hot_event_answers_the_same_over_plain_http(door, caller):
    assert door.call(caller, "later", {}) == {"ok": True, "seq": 1}
    assert door.call(caller, "later", {"a": 1})["error"]["code"] == "bad_request"


def test_a_lost_answer_is_not_waited_for_for_ever(door, caller, monkeypatch):
    monkeypatch.setattr(doors, "HOT_PATIENCE", 0.05)

    assert door.call(caller, "never", {})["error"]["code"] == "internal"


def test_too_many_requests_are_refused(app, caller):
    door = Door("narrow", caller=lambda request, auth: auth, per_second=0.001, burst=2)
    door.app = app
    door.on("greet")(lambda caller, request: {})

    codes = [door.call(caller, "greet", {}).get("error", {}).get("code") for _ in range(3)]

    assert codes == [None, None, "too_fast"]


def test_who_calls_is_asked_with_whatever_credentials_came(door):
    assert door.identify(None, {"token": "x"}) == {"token": "x"}
    assert door.identify(None, "nonsense") == {}


def test_one_failing_arrival_does_not_keep_the_others_from_happening(door, caller, caplog):
    heard = []
    door.arrival(lambda caller, line: 1 / 0)
    door.arrival(lambda caller, line: heard.append(line))

    door.arrived(SimpleNamespace(caller=caller))

    assert len(heard) == 1
    assert "caller=1:visitor:7" in caplog.text
