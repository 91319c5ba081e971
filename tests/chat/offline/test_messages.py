import uuid

import pytest
from cast import count

from chat.offline.messages import OfflineMessage, offline_message_for
from chat.visitors.visitors import Visitor
from core.db import transaction
from core.errors import Invalid, NotAllowed, NotFound
from tenants.people.roles import Role


def leave(cast, client_id=None, text="Please call me", **answers) -> OfflineMessage:
    answers = {"email": "li@mail.example"} | answers
    with transaction():
        return OfflineMessage.leave(cast.visitor, cast.site, client_id or uuid.uuid4(), text, answers)


def test_is_kept_until_somebody_handles_it(cast):
    message = leave(cast)
    assert OfflineMessage.unhandled_count() == 1

    with transaction():
        message.handle(cast.adam, "called back")

    assert OfflineMessage.unhandled_count() == 0
    assert message.as_dict()["handled_by"] == {"id": cast.adam.id, "name": "Adam"}


def test_leaving_it_again_is_harmless(cast):
    same = uuid.uuid4()

    assert leave(cast, client_id=same).id == leave(cast, client_id=same).id
    assert count(OfflineMessage) == 1


def test_another_visitors_message_cannot_be_read_by_its_id(cast):
    same = uuid.uuid4()
    leave(cast, client_id=same)
    stranger = Visitor.recognise(None, cast.site)

    with pytest.raises(NotFound):
        OfflineMessage.leave(stranger, cast.site, client_id=same, text="x", answers={"email": "a@b.example"})


@pytest.mark.parametrize(
    ("odd", "field"),
    [({"text": " "}, "text"), ({"email": ""}, "email"), ({"email": "nonsense"}, "email")],
)
def test_says_which_field_is_wrong(cast, odd, field):
    with pytest.raises(Invalid) as refusal:
        leave(cast, **odd)

    assert field in refusal.value.fields


def test_a_phone_number_will_do(cast):
    assert leave(cast, email="", phone="+86 20 1234").phone == "+86 20 1234"


def test_what_a_visitor_tells_goes_onto_an_empty_card_only(cast):
    cast.visitor.name = "Ms Li"
    leave(cast, name="Somebody else")

    assert cast.visitor.name == "Ms Li"
    assert cast.visitor.email == "li@mail.example"


def test_the_first_to_handle_it_is_remembered(cast):
    message = leave(cast)
    with transaction():
        message.handle(cast.adam)
        message.handle(cast.nina)

    assert message.handled_by is cast.adam


def test_the_door(cast):
    message = leave(cast)
    with pytest.raises(NotFound):
        offline_message_for(cast.adam, message.id + 1)

    with transaction():
        Role.keyed("agent").permissions = []
    with pytest.raises(NotAllowed):
        offline_message_for(cast.adam, message.id)
