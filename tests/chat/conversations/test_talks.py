"""Talks of colleagues, with real transactions beside each other."""

import uuid

import pytest
from cast import count
from parallel import in_parallel

from chat.conversations.drafts import FileNotFound
from chat.conversations.files import File
from chat.conversations.talks import Talk, TalkMember, TalkMessage, colleagues_for, talk_for, talks_as_dicts
from core.db import db, transaction
from core.errors import BadRequest, Invalid, NotFound
from tenants.people.members import Member


@pytest.fixture
def talk(cast) -> Talk:
    """What Adam and Nina say to each other."""
    with transaction():
        return Talk.open_for(cast.adam, [cast.nina])


def say(talk: Talk, by: Member, text: str = "hello", client_id: str | None = None, **more) -> TalkMessage:
    with transaction():
        return talk.post(by, client_id or str(uuid.uuid4()), text, **more)


def test_two_colleagues_have_one_talk_whoever_opens_it(cast, talk):
    with transaction():
        again = Talk.open_for(cast.nina, [cast.adam])

    assert again is talk
    assert [member.name for member in talk.present] == ["Adam", "Nina"]


def test_both_open_it_at_once_from_many_tabs(app, cast):
    adam, nina = cast.adam.id, cast.nina.id

    def open_from(one, other):
        return Talk.open_for(db.session.get(Member, one), [db.session.get(Member, other)]).id

    opened = in_parallel(app, cast.acme, [lambda: open_from(adam, nina), lambda: open_from(nina, adam)] * 6)

    assert len(set(opened)) == 1
    assert count(Talk) == 1
    assert count(TalkMember) == 2


def test_a_group_has_a_title_and_its_people(cast):
    with transaction():
        group = Talk.open_for(cast.adam, [cast.nina, cast.olga], " Returns  desk ")

    assert group.title == "Returns desk"
    assert {member.name for member in group.present} == {"Adam", "Nina", "Olga"}


def test_a_group_needs_a_title_and_any_talk_a_colleague(cast):
    with pytest.raises(Invalid) as nameless:
        Talk.open_for(cast.adam, [cast.nina, cast.olga], "  ")
    with pytest.raises(Invalid) as lonely:
        Talk.open_for(cast.adam, [])

    assert set(nameless.value.fields) == {"title"}
    assert set(lonely.value.fields) == {"members"}


def test_numbers_messages_without_a_hole(talk, cast):
    said = [say(talk, by) for by in (cast.adam, cast.nina, cast.adam)]

    assert [message.seq for message in said] == [1, 2, 3]
    assert talk.last_seq == 3


def test_twenty_post_at_once_and_nothing_is_lost_or_doubled(app, cast, talk):
    talk_id, authors = talk.id, [cast.adam.id, cast.nina.id]
    # Each message is sent twice, as after a lost answer.
    messages = [(authors[number % 2], str(uuid.uuid4()), f"message {number}") for number in range(10)] * 2

    def post(author, client_id, text):
        return db.session.get_one(Talk, talk_id).post(db.session.get_one(Member, author), client_id, text).seq

    numbers = in_parallel(app, cast.acme, [lambda message=message: post(*message) for message in messages])

    assert sorted(numbers[:10]) == list(range(1, 11))
    assert numbers[:10] == numbers[10:]
    cast.refresh()
    assert [message["seq"] for message in talk.sync(0)["messages"]] == list(range(1, 11))
    assert talk.last_seq == 10


def test_a_colleagues_key_posts_nothing(talk, cast):
    first = say(talk, cast.adam)

    with pytest.raises(BadRequest):
        say(talk, cast.nina, client_id=str(first.client_id))

    assert talk.last_seq == 1


def test_a_file_of_the_talk_and_no_other(talk, cast):
    with transaction():
        ours = File.keep(b"plan", "plan.txt", talk=talk)
        visitors = File.keep(b"question", "question.txt", cast.question)

    assert say(talk, cast.adam, "", file_id=ours.id).as_dict()["file"]["name"] == "plan.txt"
    with pytest.raises(FileNotFound):
        say(talk, cast.adam, "", file_id=visitors.id)
    assert talk.last_seq == 1


def test_reading_only_goes_forward_and_not_beyond_the_end(talk, cast):
    for _ in range(3):
        say(talk, cast.adam)

    for seq, read in ((2, 2), (1, 2), (4, 2), (3, 3)):
        with transaction():
            talk.read(cast.nina, seq)
        cast.refresh()
        assert talk.as_dict()["read"] == {str(cast.adam.id): 0, str(cast.nina.id): read}


def test_gives_what_is_missing_page_by_page(talk, cast, monkeypatch):
    monkeypatch.setattr("chat.conversations.talks.PAGE", 2)
    for number in range(3):
        say(talk, cast.adam, f"message {number}")

    first, rest = talk.sync(0), talk.sync(2)

    assert [message["text"] for message in first["messages"]] == ["message 0", "message 1"]
    assert (first["more"], rest["more"], rest["last_seq"]) == (True, False, 3)


def test_only_who_is_in_it_finds_it_whatever_his_role(talk, cast):
    assert talk_for(cast.adam, talk.id) is talk

    for stranger in (cast.olga, cast.eve):
        with pytest.raises(NotFound):
            talk_for(stranger, talk.id)


def test_another_company_does_not_find_it(talk, cast):
    with cast.globex.entered(), pytest.raises(NotFound):
        talk_for(cast.eve, talk.id)


def test_who_left_keeps_his_name_and_hears_nothing_more(talk, cast):
    say(talk, cast.nina)
    with transaction():
        cast.nina.remove()

    assert talk.present == [cast.adam]
    assert [person["name"] for person in talk.as_dict()["members"]] == ["Adam", "Nina"]
    with pytest.raises(NotFound):
        colleagues_for(cast.adam, [cast.nina.id])


def test_the_newest_talk_comes_first_with_what_was_said_last(talk, cast):
    with transaction():
        older = Talk.open_for(cast.adam, [cast.olga])
    say(older, cast.olga, "see you")
    say(talk, cast.nina, "lunch?")

    told = talks_as_dicts(Talk.of_member(cast.adam))

    assert [one["last_message"]["text"] for one in told] == ["lunch?", "see you"]
    assert told[0]["last_message"]["author"] == {"id": cast.nina.id, "name": "Nina"}
    assert [one["id"] for one in talks_as_dicts(Talk.of_member(cast.nina))] == [talk.id]
