from chat.conversations.conversations import Conversation
from chat.conversations.rooms import visitor_room
from chat.visitors.presence import set_presence
from chat.visitors.visitors import Visitor
from core.db import db, transaction
from widget.availability import ROOM


def test_his_conversations_steps_are_told_to_the_visitor_alone(cast, caught):
    room = {visitor_room(cast.acme.id, cast.visitor.id)}

    with transaction():
        cast.question.accept(by=cast.adam)
    with transaction():
        cast.question.close(by=cast.adam)

    accepted = {"conversation_id": cast.question.id, "member": {"id": cast.adam.id, "name": "Adam"}}
    assert (room, accepted) in caught.named("conversation_accepted")
    assert room in [rooms for rooms, data in caught.named("conversation_closed") if data["by"]["name"] == "Adam"]


def test_a_new_conversation_is_told_to_his_tabs_without_the_name_agents_gave_him(cast, caught):
    with transaction():
        dan = Visitor.recognise(None, cast.site)
        dan.name = "Difficult Dan"
    with transaction():
        Conversation.open_for(dan, cast.site)

    room = {visitor_room(cast.acme.id, dan.id)}
    told = [data for rooms, data in caught.named("conversation_opened") if rooms == room]
    assert [data["conversation"]["visitor"]["name"] for data in told] == [""]


def test_that_the_team_has_read_is_told_to_the_visitor(cast, caught):
    with transaction():
        db.session.get_one(Conversation, cast.question.id).last_seq = 1
    with transaction():
        cast.question.read("team", 1)

    read = {"conversation_id": cast.question.id, "side": "team", "seq": 1}
    assert ({visitor_room(cast.acme.id, cast.visitor.id)}, read) in caught.named("conversation_read")


def test_all_live_processes_look_when_somebody_comes_or_goes(cast, caught):
    with transaction():
        set_presence(cast.adam, "online")

    assert ({ROOM}, {"company_id": cast.acme.id}) in caught.named("availability_changed")
