"""What consoles ask about talks, and who hears of it."""

import io
import uuid

import pytest

from chat.conversations.rooms import member_room
from chat.conversations.talks import Talk
from console import talking
from console.agent import Agent
from console.events import console_door
from core.db import db, transaction
from core.realtime.limits import Buckets
from tenants.companies.company import Company
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.sessions import Session


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """Nobody has written yet."""
    monkeypatch.setattr(talking, "_writers", Buckets(per_second=2, burst=20))


@pytest.fixture
def ask(cast):
    """`ask(cast.adam, "open_talk", member_ids=[…])` is the answer Adam's console gets."""

    def ask(member, event: str, **data) -> dict:
        company = cast.company_of(member)
        with company.entered() as company, transaction():
            session, _ = Session.open(db.session.merge(member), remember=False, ip="", device="")
            agent = Agent.of(session, company)
        answer = console_door.call(agent, event, data)
        cast.refresh()
        return answer

    return ask


@pytest.fixture
def talk(cast, ask) -> int:
    return ask(cast.adam, "open_talk", member_ids=[cast.nina.id], title="")["talk"]["id"]


def message(text: str = "lunch?", **more) -> dict:
    return {"client_id": str(uuid.uuid4()), "text": text} | more


def code_of(answer: dict) -> str:
    assert answer["ok"] is False
    return answer["error"]["code"]


def rooms_of(cast, *members) -> set[str]:
    return {member_room(cast.acme.id, member.id) for member in members}


def test_opening_and_writing_is_told_to_both_and_nobody_else(cast, ask, caught, talk):
    posted = ask(cast.nina, "post_to_talk", talk_id=talk, **message())
    ask(cast.adam, "read_talk", talk_id=talk, seq=1)

    [(rooms, opened)] = caught.named("talk_opened")
    assert rooms == rooms_of(cast, cast.adam, cast.nina)
    assert opened["talk"]["id"] == talk
    [(rooms, said)] = caught.named("talk_message_posted")
    assert rooms == rooms_of(cast, cast.adam, cast.nina)
    assert (said["talk_id"], said["seq"], said["text"]) == (talk, posted["seq"], "lunch?")
    assert said["author"] == {"id": cast.nina.id, "name": "Nina"}
    [(rooms, read)] = caught.named("talk_read")
    assert rooms == rooms_of(cast, cast.adam, cast.nina)
    assert read == {"talk_id": talk, "member_id": cast.adam.id, "seq": 1}


def test_opening_it_again_is_told_to_nobody(cast, ask, caught, talk):
    assert ask(cast.nina, "open_talk", member_ids=[cast.adam.id, cast.nina.id], title="x")["talk"]["id"] == talk
    assert len(caught.named("talk_opened")) == 1


def test_sending_again_is_told_once(cast, ask, caught, talk):
    said = message()

    answers = [ask(cast.adam, "post_to_talk", talk_id=talk, **said) for _ in range(2)]

    assert answers[0] == answers[1]
    assert len(caught.named("talk_message_posted")) == 1


def test_who_left_hears_nothing_more(cast, ask, caught, talk):
    with transaction():
        db.session.get_one(Member, cast.nina.id).remove()

    ask(cast.adam, "post_to_talk", talk_id=talk, **message())

    assert [rooms for rooms, _ in caught.named("talk_message_posted")] == [rooms_of(cast, cast.adam)]


@pytest.mark.parametrize(
    ("event", "more"),
    [("post_to_talk", message()), ("sync_talk", {"after": 0}), ("read_talk", {"seq": 1})],
    ids=["post", "sync", "read"],
)
def test_a_talk_one_is_not_in_is_not_found(cast, ask, talk, event, more):
    """Not by an administrator, and not by another company's."""
    for stranger in (cast.olga, cast.eve):
        assert code_of(ask(stranger, event, talk_id=talk, **more)) == "not_found"
    assert db.session.get_one(Talk, talk).last_seq == 0


@pytest.mark.parametrize("ids", [None, "1", 7, [None], [0], [-1], ["1"], [True], [2**63], [1.5], list(range(1, 200))])
def test_ids_that_are_none_are_not_found(cast, ask, ids):
    assert code_of(ask(cast.adam, "open_talk", member_ids=ids, title="x")) == "not_found"


def test_nobody_talks_to_another_companys_people(cast, ask):
    with cast.globex.entered():
        far = max(member.id for member in Member.all()) + 1000

    assert code_of(ask(cast.adam, "open_talk", member_ids=[far], title="")) == "not_found"
    assert code_of(ask(cast.adam, "open_talk", member_ids=[cast.adam.id], title="")) == "invalid"


def test_a_group_without_a_name_says_what_is_missing(cast, ask):
    answer = ask(cast.adam, "open_talk", member_ids=[cast.nina.id, cast.olga.id], title=" ")

    assert set(answer["error"]["fields"]) == {"title"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": ""}, "message_is_empty"),
        ({"text": "x" * 4001}, "message_too_long"),
        ({"text": 7}, "bad_request"),
        ({"text": "a\0b"}, "bad_request"),
        ({"client_id": "7"}, "bad_request"),
        ({"text": "", "file_id": 7}, "file_not_found"),
        ({"text": "", "file_id": "7"}, "not_found"),
    ],
)
def test_what_is_no_message_is_refused(cast, ask, talk, more, code):
    assert code_of(ask(cast.adam, "post_to_talk", talk_id=talk, **(message() | more))) == code
    assert db.session.get_one(Talk, talk).last_seq == 0


def test_one_writes_to_colleagues_no_faster_than_to_visitors(cast, ask, talk):
    codes = [ask(cast.adam, "post_to_talk", talk_id=talk, **message()).get("ok") for _ in range(30)]

    assert False in codes
    assert codes.count(True) >= 20
    assert ask(cast.nina, "post_to_talk", talk_id=talk, **message())["ok"]


def test_a_file_into_a_talk_of_mine(cast, ask, signed_in, talk):
    browser = signed_in(cast.adam)
    kept = browser.post(f"/console/files?talk_id={talk}", data={"file": (io.BytesIO(b"plan"), "plan.txt")}).json["file"]

    ask(cast.adam, "post_to_talk", talk_id=talk, **message("", file_id=kept["id"]))

    [told] = ask(cast.nina, "sync_talk", talk_id=talk, after=0)["messages"]
    assert told["file"]["name"] == "plan.txt"
    assert browser.get(told["file"]["url"]).data == b"plan"


def test_at_a_standstill_a_talk_takes_no_file(cast, ask, signed_in, talk):
    with transaction():
        Company.called("acme").suspend("unpaid")

    answer = signed_in(cast.adam).post(f"/console/files?talk_id={talk}", data={"file": (io.BytesIO(b"plan"), "plan.txt")})

    assert answer.status_code == 403
    assert not list(cast.acme.folder.rglob("*.txt"))


def test_no_file_into_a_talk_of_others(cast, signed_in, talk):
    for stranger in (cast.olga, cast.eve):
        answer = signed_in(stranger).post(f"/console/files?talk_id={talk}", data={"file": (io.BytesIO(b"x"), "x.txt")})
        assert answer.status_code == 404


def test_the_state_has_ones_own_talks(cast, ask, talk):
    ask(cast.nina, "post_to_talk", talk_id=talk, **message())

    [mine] = ask(cast.adam, "console_state")["talks"]

    assert (mine["id"], mine["last_message"]["text"]) == (talk, "lunch?")
    assert ask(cast.olga, "console_state")["talks"] == []


def test_who_may_not_answer_may_not_talk(cast, ask, talk):
    with transaction():
        role = Role(name="Reader", permissions=[])
        db.session.add(role)
        db.session.get_one(Member, cast.nina.id).move_to(role)

    assert code_of(ask(cast.nina, "sync_talk", talk_id=talk, after=0)) == "not_allowed"
