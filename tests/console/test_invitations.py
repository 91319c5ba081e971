"""Inviting from the console (I-01…I-09), and what the other consoles see of it (V-19)."""

import pytest
from inviting import again, come, invited_by, set_company, set_style
from queueing import come_online
from watching import Bus, Process

from chat.conversations.conversations import Conversation
from chat.conversations.rooms import agents_room, member_room
from chat.invitations.invitations import Invitation
from chat.invitations.inviting import InvitingChanged
from chat.visitors.visits import Visit
from core.db import db, record, transaction
from tenants.people.members import Member
from tenants.people.roles import Role


@pytest.fixture
def visit(cast) -> Visit:
    come_online(cast.adam, cast.nina)
    return come(cast.site)


@pytest.fixture
def ask(signed_in):
    """`ask(cast.adam, "invite", visitor_id=7)`: one event's whole answer."""
    browsers = {}

    def ask(member: Member, event: str, **data) -> dict:
        browser = browsers.setdefault(member.id, signed_in(member))
        return browser.post("/console/call", json={"event": event, "data": data}).get_json()

    return ask


def test_one_click_invites(cast, visit, ask):
    """I-08"""
    invitation = ask(cast.adam, "invite", visitor_id=visit.visitor_id)["invitation"]

    assert invitation["by"] == {"id": cast.adam.id, "name": "Adam"}
    assert invitation["title"] == "May we help you?"


def test_with_words_of_ones_own(cast, visit, ask):
    invitation = ask(cast.adam, "invite", visitor_id=visit.visitor_id, text="  The blue one is\r\nhalf price. ")["invitation"]

    assert invitation["text"] == "The blue one is\nhalf price."


def test_ones_own_is_withdrawn(cast, visit, ask, caught):
    invitation = ask(cast.adam, "invite", visitor_id=visit.visitor_id)["invitation"]

    assert ask(cast.adam, "withdraw_invitation", invitation_id=invitation["id"]) == {"ok": True}
    assert ask(cast.adam, "withdraw_invitation", invitation_id=invitation["id"]) == {"ok": True}
    [(_rooms, told)] = caught.named("invitation_ended")
    assert told["because"] == "withdrawn"


def test_a_colleagues_only_by_who_leads_the_team(cast, visit, ask):
    invitation = invited_by(cast.adam, visit)
    assert ask(cast.nina, "withdraw_invitation", invitation_id=invitation.id)["error"]["code"] == "not_allowed"
    assert again(invitation).is_open

    assert ask(cast.olga, "withdraw_invitation", invitation_id=invitation.id)["ok"]
    assert again(invitation).ended_because == "withdrawn"


def test_chatting_directly(cast, visit, ask):
    """I-02, S-06"""
    assert ask(cast.adam, "chat_directly", visitor_id=visit.visitor_id)["error"]["code"] == "direct_chat_is_off"
    set_company(chats_directly=True)
    conversation = ask(cast.adam, "chat_directly", visitor_id=visit.visitor_id)["conversation"]

    assert (conversation["state"], conversation["assigned_by"]) == ("open", "invited")
    assert conversation["member"]["name"] == "Adam"


def test_i09_each_of_the_three_cases_has_its_own_reason(cast, visit, ask):
    """I-09 [num]"""

    def reason() -> str:
        return ask(cast.adam, "invite", visitor_id=visit.visitor_id)["error"]["code"]

    set_company(invites_by_hand=False)
    assert reason() == "inviting_is_off"

    set_company(invites_by_hand=True)
    set_style(cast.site, repeats=True)
    assert reason() == "invited_repeatedly"

    set_style(cast.site, repeats=False)
    theirs = invited_by(cast.nina, visit)
    assert reason() == "already_invited"

    with transaction():
        theirs.decline()
        Conversation.open_for(visit.visitor, cast.site).accept(by=cast.nina)
    assert reason() == "visitor_is_taken"


def test_the_console_knows_before_it_asks(cast, visit, ask):
    """I-03, I-09: so that its buttons are grey."""
    set_company(invites_by_hand=False, chats_directly=True)
    set_style(cast.site, repeats=True)

    assert ask(cast.adam, "console_state")["inviting"] == {
        "by_hand": False, "direct": True, "repeating_sites": [cast.site.id],
    }  # fmt: skip


def test_whoever_is_offline_invites_nobody(cast, ask):
    come_online(cast.nina)
    visit = come(cast.site)

    assert ask(cast.adam, "invite", visitor_id=visit.visitor_id)["error"]["code"] == "not_seated"


def test_whoever_may_not_see_visitors_invites_nobody(cast, visit, ask):
    with transaction():
        shy = Member.add("Sid", "sid@acme.example", Role.add("Shy", ["conversations.answer"]), password="seven hats on a wall")
        come_online(shy)
    invitation = invited_by(cast.adam, visit)

    for event in ("invite", "chat_directly"):
        assert ask(shy, event, visitor_id=visit.visitor_id)["error"]["code"] == "not_allowed"
    assert ask(shy, "withdraw_invitation", invitation_id=invitation.id)["error"]["code"] == "not_allowed"


@pytest.mark.parametrize("visitor_id", [0, -1, 10**9, "1", None, True])
def test_made_up_visitors_are_not_found(cast, visit, ask, visitor_id):
    assert ask(cast.adam, "invite", visitor_id=visitor_id)["error"]["code"] == "not_found"


def test_whoever_invited_him_hears_how_it_ended(cast, visit, caught):
    invitation = invited_by(cast.adam, visit)
    with transaction():
        db.session.get_one(Invitation, invitation.id).decline()

    told = {"invitation_id": invitation.id, "visitor_id": visit.visitor_id, "because": "declined"}
    assert ({member_room(cast.acme.id, cast.adam.id)}, told) in caught.named("invitation_ended")


def test_consoles_ask_anew_when_what_is_allowed_changes(cast, caught):
    set_style(cast.site, repeats=True)
    with transaction():
        record(InvitingChanged(cast.acme.id))

    assert [rooms for rooms, _ in caught.named("rights_changed")] == [{agents_room(cast.acme.id)}] * 2


def test_v19_every_console_sees_at_once_that_he_is_being_invited(app, cast, visit, monkeypatch):
    """V-19, V-20: and by whom, and when no longer; in another process, too."""
    processes = Process(), Process()
    monkeypatch.setitem(app.extensions, "pushes", Bus(*processes))
    consoles = [process.connect(cast.acme, cast.olga.id) for process in processes]
    for process in processes:
        process.turn()

    def seen() -> list:
        for process in processes:
            process.watch.tell()
        return [console.named("visitors_changed")[-1]["here"][0]["invitation"] for console in consoles]

    invitation = invited_by(cast.adam, visit)
    assert [one["by"]["name"] for one in seen()] == ["Adam", "Adam"]
    with transaction():
        db.session.get_one(Invitation, invitation.id).decline()
    assert seen() == [None, None]
