"""Offline messages find somebody by the same rules as visitors, also when nobody is online (L-05, R-06)."""

import uuid

import pytest
from parallel import in_parallel

from chat.offline.assignment import CannotHandle, handler_for
from chat.offline.messages import OfflineMessage, OfflineMessageChanged, offline_message_for
from chat.styles.routing import Routing
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.visitors.presence import set_presence
from chat.visitors.visitors import Visitor
from core import events
from core.db import db, transaction
from core.errors import NotAllowed, NotFound
from tenants.companies.settings import Settings
from tenants.people.departments import Department
from tenants.people.members import Member
from tenants.people.roles import Role


@pytest.fixture
def assigns(cast):
    """`assigns("sales", prefers_last_agent=False)`: only Adam and Nina take messages, in that way."""

    def choose(mode: str, **more) -> None:
        with transaction():
            cast.olga.receives = False
            for name, value in ({"assignment": mode, "prefers_last_agent": False} | more).items():
                setattr(Settings.current(), name, value)

    return choose


def leave(cast, visitor: Visitor | None = None) -> OfflineMessage:
    with transaction():
        visitor = visitor or Visitor.recognise(None, cast.site)
        return OfflineMessage.leave(visitor, cast.site, uuid.uuid4(), "Please call me", {"email": "li@mail.example"})


def test_l05_by_hand_it_waits_for_who_takes_it(cast, assigns):
    assigns("by_hand")

    assert leave(cast).as_dict()["assigned_to"] is None


def test_r06_in_turn_though_nobody_is_online(cast, assigns):
    assigns("sales")

    assert [leave(cast).assigned_to.name for _ in range(4)] == ["Adam", "Nina", "Adam", "Nina"]


def test_r06_to_who_has_least_to_handle(cast, assigns):
    assigns("service")
    first = leave(cast)
    second = leave(cast)
    with transaction():
        second.handle(second.assigned_to)

    third = leave(cast)

    assert first.assigned_to is not second.assigned_to
    assert third.assigned_to is second.assigned_to
    assert third.assigned_by == "load"


def test_r06_who_talked_with_him_last_gets_it(cast, assigns):
    assigns("sales", prefers_last_agent=True)
    with transaction():
        cast.question.accept(cast.nina)

    message = leave(cast, cast.visitor)

    assert (message.assigned_to.name, message.assigned_by) == ("Nina", "last_agent")


def test_l05_who_answered_his_last_message_gets_the_next(cast, assigns):
    assigns("sales", prefers_last_agent=True)
    first = leave(cast)
    with transaction():
        first.assign(cast.nina)

    assert leave(cast, first.visitor).assigned_to.name == "Nina"


def test_who_is_here_comes_first(cast, assigns):
    assigns("sales")
    with transaction():
        cast.acme.take_seat(cast.nina)
        set_presence(cast.nina, "online")

    assert [leave(cast).assigned_to.name for _ in range(2)] == ["Nina", "Nina"]


def test_who_may_not_handle_messages_gets_none(cast, assigns):
    assigns("sales")
    with transaction():
        cast.adam.role = Role.add("Answers only", ["conversations.answer"])

    assert [leave(cast).assigned_to.name for _ in range(2)] == ["Nina", "Nina"]


def test_r06_only_to_whom_the_styles_rules_allow(cast, assigns):
    """By department, as a visitor in the chat would be (R-20); to everybody again when nobody of them takes messages."""
    assigns("sales")
    with transaction():
        sales = Department(name="Sales")
        db.session.add(sales)
        cast.nina.departments.append(sales)
        db.session.flush()
        Style(cast.site).save(Routing(departments=(sales.id,)), by=cast.olga)
    assert [leave(cast).assigned_to.name for _ in range(2)] == ["Nina", "Nina"]

    with transaction():
        cast.nina.receives = False
    assert leave(cast).assigned_to.name == "Adam"


def test_r06_a_style_may_not_care_who_talked_with_him_last(cast, assigns):
    """CF-16: the style's word counts more than the company's."""
    assigns("sales", prefers_last_agent=True)
    with transaction():
        Style(cast.site).save(Routing(prefers_last="no"), by=cast.olga)
        cast.question.accept(cast.nina)

    assert leave(cast, cast.visitor).assigned_by == "turn"


def test_many_at_once_are_dealt_out_evenly(app, cast, assigns):
    """Each rule counts what the message before has done, also when they come in the same moment."""
    assigns("sales")
    with transaction():
        visitors = [Visitor.recognise(None, cast.site).id for _ in range(8)]

    def leaving(id: int):
        def leave() -> str:
            visitor, site = db.session.get_one(Visitor, id), db.session.get_one(Site, cast.site.id)
            answers = {"email": "li@mail.example"}
            return OfflineMessage.leave(visitor, site, uuid.uuid4(), "Call me", answers).assigned_to.name

        return leave

    names = in_parallel(app, cast.acme, [leaving(id) for id in visitors])

    assert sorted(names) == ["Adam"] * 4 + ["Nina"] * 4


def test_by_hand_as_often_as_one_likes(cast, assigns, monkeypatch):
    assigns("sales")
    message, told = leave(cast), []
    monkeypatch.setattr(events, "_reactions", {OfflineMessageChanged: [told.append]})
    for member in (cast.nina, cast.nina, cast.olga):
        with transaction():
            message.assign(member)

    assert message.assigned_person == {"id": cast.olga.id, "name": "Olga"}
    assert message.assigned_by == "hand"
    assert told == [OfflineMessageChanged(cast.acme.id, message.id)] * 2


def test_two_who_assign_at_once_leave_it_with_one(app, cast, assigns):
    assigns("by_hand")
    message = leave(cast)

    def giving(id: int):
        return lambda: offline_message_for(_member(cast.olga.id), message.id).assign(_member(id))

    outcomes = in_parallel(app, cast.acme, [giving(cast.adam.id), giving(cast.nina.id)] * 3)
    cast.refresh()

    assert outcomes == [None] * 6
    assert message.assigned_to_id in (cast.adam.id, cast.nina.id)


def test_two_who_handle_at_once_are_one_handling(app, cast, assigns):
    assigns("by_hand")
    message = leave(cast)

    def handling(id: int):
        def handle() -> str:
            found = offline_message_for(_member(id), message.id)
            found.handle(_member(id), f"by {id}")
            return found.handling_note

        return handle

    notes = in_parallel(app, cast.acme, [handling(cast.adam.id), handling(cast.nina.id)] * 2)

    assert len(set(notes)) == 1


def test_only_to_who_works_here_and_may(cast, assigns):
    with transaction():
        cast.adam.role = Role.add("Answers only", ["conversations.answer"])

    assert handler_for(cast.nina, cast.olga.id) is cast.olga
    with pytest.raises(CannotHandle):
        handler_for(cast.nina, cast.adam.id)
    for id in (10**9, 0):
        with pytest.raises(NotFound):
            handler_for(cast.nina, id)
    with pytest.raises(NotAllowed):
        handler_for(cast.adam, cast.nina.id)


def test_who_has_left_is_nobody(cast, assigns):
    assigns("by_hand")
    message = leave(cast)
    with transaction():
        message.assign(cast.nina)
        cast.nina.remove()

    assert message.as_dict()["assigned_to"] is None


def _member(id: int) -> Member:
    return db.session.get_one(Member, id)
