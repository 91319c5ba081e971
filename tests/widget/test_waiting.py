"""What visitors in the queue hear."""

from chat.conversations.conversations import Conversation
from chat.conversations.rooms import visitor_room
from chat.visitors.presence import set_presence
from chat.visitors.visitors import Visitor
from core.db import transaction
from tenants.companies.settings import Settings


def another(cast) -> Conversation:
    with transaction():
        return Conversation.open_for(Visitor.recognise(None, cast.site), cast.site)


def told(cast, caught, conversation) -> list[int]:
    """The places he was told, in turn."""
    room = {visitor_room(cast.acme.id, conversation.visitor_id)}
    return [data["place"] for rooms, data in caught.named("queue_changed") if rooms == room]


def test_each_hears_his_place_as_it_changes_and_no_more(cast, caught):
    second, third = another(cast), another(cast)

    with transaction():
        cast.question.accept(cast.adam)
    with transaction():
        second.close(second.visitor)

    assert told(cast, caught, second) == [2, 1]
    assert told(cast, caught, third) == [3, 2, 1]


def test_who_is_put_back_hears_that_he_waits_again_and_where(cast, caught):
    second = another(cast)
    with transaction():
        cast.question.accept(cast.adam)

    with transaction():
        cast.question.put_back("gone")

    room = {visitor_room(cast.acme.id, cast.visitor.id)}
    [returned] = [data["conversation"] for rooms, data in caught.named("conversation_returned") if rooms == room]
    assert (returned["state"], returned["member"], returned["visitor"]["name"]) == ("waiting", None, "")
    assert told(cast, caught, cast.question)[-1] == 1
    assert told(cast, caught, second)[-1] == 2


def test_who_is_given_an_agent_hears_who_it_is(cast, caught):
    with transaction():
        Settings.current().assignment = "service"
        set_presence(cast.adam, "online")

    room = {visitor_room(cast.acme.id, cast.visitor.id)}
    accepted = {"conversation_id": cast.question.id, "member": {"id": cast.adam.id, "name": "Adam"}}
    assert (room, accepted) in caught.named("conversation_accepted")


def test_nothing_is_said_into_other_companies(cast, caught):
    another(cast)

    assert all(room.startswith(f"{cast.acme.id}:") for rooms, _ in caught.named("queue_changed") for room in rooms)
