"""Who hears of what.  A console is in the rooms of its member's rights; another company's number is in no room of ours."""

import uuid

import pytest

from chat.conversations.conversations import Conversation
from chat.offline.messages import OfflineMessage
from chat.visitors.presence import set_presence
from chat.visitors.visitors import Visitor
from console.agent import rooms_of
from core.db import db, transaction
from tenants.companies.settings import Settings
from tenants.people.roles import Role


@pytest.fixture
def rooms(cast):
    """`rooms(cast.adam)` are the rooms his console is in."""

    def rooms(member) -> set[str]:
        return rooms_of(member, cast.company_of(member).id)

    return rooms


@pytest.fixture
def newcomer(cast):
    """Adam, who may answer and nothing else."""
    with transaction():
        role = Role(name="Newcomer", permissions=["conversations.answer"])
        db.session.add(role)
        cast.adam.move_to(role)
    return cast.adam


def accept(cast, member) -> None:
    with transaction():
        cast.acme.take_seat(member)
        cast.question.accept(by=member)


def open_another(cast):
    with transaction():
        visitor = Visitor.recognise(None, cast.site)
        return Conversation.open_for(visitor, cast.site, None)


def test_all_agents_hear_of_a_waiting_visitor(cast, caught, rooms, newcomer):
    conversation = open_another(cast)

    [data] = [data for where, data in caught.named("conversation_opened") if where & rooms(newcomer)]
    assert data["conversation"]["id"] == conversation.id
    assert data["conversation"]["state"] == "waiting"
    assert not any(where & rooms(cast.eve) for where, _ in caught.named("conversation_opened"))


def test_all_agents_hear_that_somebody_accepted(cast, caught, rooms, newcomer):
    accept(cast, cast.nina)

    said = [where for where, _ in caught.named("conversation_accepted") if where & rooms(newcomer)]
    assert said
    assert not any(where & rooms(cast.eve) for where, _ in caught.named("conversation_accepted"))


def test_all_agents_hear_that_a_visitor_waits_again_and_whose_he_was_too(cast, caught, rooms):
    accept(cast, cast.nina)
    with transaction():
        cast.nina.move_to(Role.add("Onlooker", ["visitors.see"]))

    [(where, data)] = [said for said in caught.named("conversation_returned") if said[0] & rooms(cast.adam)]
    assert data["conversation"]["id"] == cast.question.id
    assert (data["conversation"]["state"], data["conversation"]["member"]) == ("waiting", None)
    assert where & rooms(cast.nina)
    assert not where & rooms(cast.eve)


def test_who_is_given_a_visitor_hears_it_like_everybody(cast, caught, rooms):
    with transaction():
        Settings.current().assignment = "sales"
        set_presence(cast.adam, "online")

    [(where, data)] = [said for said in caught.named("conversation_accepted") if said[0] & rooms(cast.adam)]
    assert data == {"conversation_id": cast.question.id, "member": {"id": cast.adam.id, "name": "Adam"}}
    assert where & rooms(cast.nina)


def test_how_far_was_read_concerns_the_agent_who_answers(cast, caught, rooms, newcomer):
    accept(cast, cast.nina)
    with transaction():
        cast.question.last_seq = 2
    with transaction():
        cast.question.read("visitor", 2)

    heard = [where for where, data in caught.named("conversation_read") if data["side"] == "visitor"]
    assert any(where & rooms(cast.nina) for where in heard)
    assert not any(where & rooms(newcomer) for where in heard)


def test_the_end_of_a_conversation_is_told_with_who_ended_it(cast, caught, rooms):
    accept(cast, cast.nina)
    with transaction():
        cast.question.close(by=cast.nina)

    said = [data for where, data in caught.named("conversation_closed") if where & rooms(cast.adam)]
    assert said[0]["by"] == {"kind": "member", "id": cast.nina.id, "name": "Nina"}


def test_offline_messages_are_for_who_handles_them(cast, caught, rooms, newcomer):
    with transaction():
        message = OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), "Call me", {"phone": "1"})
    with transaction():
        message.handle(by=cast.nina)

    for name in ("offline_message_left", "offline_message_handled"):
        [(where, data)] = caught.named(name)
        assert data["offline_message"]["text"] == "Call me"
        assert where & rooms(cast.nina)
        assert not where & rooms(newcomer)


def test_invisible_is_offline_to_colleagues_and_the_truth_comes_last(cast, caught, rooms):
    with transaction():
        set_presence(cast.olga, "invisible")

    to_adam = [data["presence"] for where, data in caught.named("presence_changed") if where & rooms(cast.adam)]
    to_olga = [data["presence"] for where, data in caught.named("presence_changed") if where & rooms(cast.olga)]
    assert set(to_adam) == {"offline"}
    assert to_olga[-1] == "invisible"


def test_a_released_seat_is_told_to_whom_it_belonged(cast, caught, rooms):
    accept(cast, cast.adam)
    with transaction():
        cast.acme.release_seat(cast.adam.id)

    [(where, data)] = caught.named("seat_released")
    assert where & rooms(cast.adam)
    assert data == {"member_id": cast.adam.id}


def test_changed_rights_are_told_to_their_member_alone(cast, caught, rooms):
    with transaction():
        cast.adam.changed()

    [(where, _)] = caught.named("rights_changed")
    assert where & rooms(cast.adam)
    assert not where & rooms(cast.nina)


def test_a_saved_card_renames_the_visitor_everywhere(cast, caught, rooms):
    with transaction():
        cast.visitor.save_card(name="Li Lei", email="", phone="", company="", note="")

    [(where, data)] = caught.named("card_saved")
    assert data["visitor"]["name"] == "Li Lei"
    assert where & rooms(cast.nina)
