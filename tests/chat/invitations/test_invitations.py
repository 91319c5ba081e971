"""Invitations, their ends, and what happens at the same time."""

import pytest
from inviting import again, come, invited_by, let_time_pass, overdue, set_company, set_style
from parallel import in_parallel
from queueing import agent_of, come_online, why

from chat.conversations.conversations import Conversation
from chat.invitations.invitations import AlreadyInvited, Invitation, VisitorIsTaken, VisitorWaits, end_unanswered
from chat.invitations.inviting import (
    DirectChatIsOff,
    InvitedRepeatedly,
    InvitingIsOff,
    VisitorHasLeft,
    chat_directly,
    invite,
    inviting,
)
from chat.styles.sites import Site
from chat.visitors.presence import lose_visitor, set_presence
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.db import db, transaction
from core.errors import NotFound
from core.jobs import OutboxRow
from tenants.companies.company import current_company
from tenants.people.members import Member


@pytest.fixture
def visit(cast) -> Visit:
    """Somebody looks around, and both agents are there."""
    come_online(cast.adam, cast.nina)
    return come(cast.site)


def accept(invitation: Invitation) -> Conversation:
    """As the widget's door does it."""
    with transaction():
        assert invitation.accept()
        visitor = db.session.get_one(Visitor, invitation.visitor_id)
        conversation = Conversation.open_for(visitor, db.session.get_one(Site, invitation.site_id))
        invitation.begin(conversation)
    return conversation


def test_whoever_accepts_comes_to_the_agent_who_invited_him(cast, visit):
    """I-01"""
    conversation = accept(invited_by(cast.nina, visit))

    assert agent_of(conversation) == "Nina"
    assert conversation.assigned_by == "invited"
    assert (why(conversation).rule, why(conversation).by_id) == ("invited", cast.nina.id)


def test_a_visitor_has_one_invitation_at_a_time(cast, visit):
    invited_by(cast.adam, visit)

    with pytest.raises(AlreadyInvited, match="Adam is inviting this visitor already"):
        invited_by(cast.nina, visit)


@pytest.mark.parametrize("end", ["decline", "withdraw"])
def test_after_its_end_another_may_follow(cast, visit, end):
    invitation = invited_by(cast.adam, visit)
    with transaction():
        getattr(invitation, end)()

    assert invited_by(cast.nina, visit).is_open
    assert again(invitation).ended_because == {"decline": "declined", "withdraw": "withdrawn"}[end]


def test_nobody_answers_in_time(cast, visit):
    invitation = invited_by(cast.adam, visit)
    overdue(invitation)
    with transaction():
        end_unanswered(invitation_id=invitation.id)

    assert again(invitation).ended_because == "expired"


def test_whoever_has_left_is_gone(cast, visit):
    invitation = invited_by(cast.adam, visit)
    overdue(invitation)
    lose_visitor(cast.acme.id, visit.visitor_id)
    with transaction():
        end_unanswered(invitation_id=invitation.id)

    assert again(invitation).ended_because == "gone"


def test_an_overdue_one_holds_up_nobody(cast, visit):
    """Whether or not the clock has come by."""
    invitation = invited_by(cast.adam, visit)
    overdue(invitation)

    assert invited_by(cast.nina, visit).is_open
    assert again(invitation).ended_because == "expired"


def test_the_clock_is_set_when_it_is_made(cast, visit):
    invitation = invited_by(cast.adam, visit)

    due = db.session.query(OutboxRow).filter_by(job="end_unanswered").one()
    assert due.due_at == invitation.expires_at


def test_a_conversation_that_begins_otherwise_ends_it(cast, visit):
    invitation = invited_by(cast.adam, visit)
    with transaction():
        conversation = Conversation.open_for(visit.visitor, cast.site)

    assert again(invitation).ended_because == "chat_began"
    assert agent_of(conversation) is None


def test_whoever_was_asked_something_else_first_still_comes_to_who_invited_him(cast, visit):
    """He accepts, and registers before the conversation opens."""
    invitation = invited_by(cast.nina, visit)
    with transaction():
        invitation.accept()
    with transaction():
        conversation = Conversation.open_for(visit.visitor, cast.site)

    assert agent_of(conversation) == "Nina"
    assert again(invitation).conversation_id == conversation.id


def test_long_after_he_comes_like_any_other(cast, visit):
    invitation = invited_by(cast.nina, visit)
    with transaction():
        invitation.accept()
    let_time_pass(invitation, hours=1)
    with transaction():
        conversation = Conversation.open_for(visit.visitor, cast.site)

    assert agent_of(conversation) is None


# I-09 [num]: the three cases in which an agent cannot invite.


def test_i09_first_case_the_administrators_forbade_it(cast, visit):
    """I-03, S-05"""
    set_company(invites_by_hand=False)

    with pytest.raises(InvitingIsOff):
        invited_by(cast.adam, visit)
    assert inviting()["by_hand"] is False


def test_i09_second_case_the_system_invites_again_and_again(cast, visit):
    """I-10: all buttons of that site are grey, those of another are not."""
    with transaction():
        quiet = Site.add("Another site")
    set_style(cast.site, repeats=True, per_visit=3, per_day=3)

    with pytest.raises(InvitedRepeatedly):
        invited_by(cast.adam, visit)
    assert inviting()["repeating_sites"] == [cast.site.id]
    assert invited_by(cast.adam, come(quiet)).is_open


def test_i09_third_case_another_agent_talks_to_him(cast, visit):
    with transaction():
        Conversation.open_for(visit.visitor, cast.site).accept(by=cast.nina)

    with pytest.raises(VisitorIsTaken, match="Nina is talking to this visitor already"):
        invited_by(cast.adam, visit)


def test_i09_third_case_another_agent_is_inviting_him(cast, visit):
    invited_by(cast.nina, visit)

    with pytest.raises(AlreadyInvited, match="Nina"):
        invited_by(cast.adam, visit)


def test_there_are_no_other_cases_by_default(cast, visit):
    """S-05 is on by default, S-06 and CF-31 are off."""
    assert inviting() == {"by_hand": True, "direct": False, "repeating_sites": []}
    assert invited_by(cast.adam, visit).manner == "ask"


def test_whoever_waits_is_accepted_not_invited(cast, visit):
    with transaction():
        Conversation.open_for(visit.visitor, cast.site)

    with pytest.raises(VisitorWaits):
        invited_by(cast.adam, visit)


def test_whoever_has_left_cannot_be_invited(cast, visit):
    lose_visitor(cast.acme.id, visit.visitor_id)

    with pytest.raises(VisitorHasLeft):
        invited_by(cast.adam, visit)


def test_words_are_the_agents_the_styles_or_ours(cast, visit):
    """I-11, I-08: one click takes the style's."""
    set_style(cast.site, is_automatic=False, rules=(), box_title="Hats", box_text="Do you look for a hat?")
    assert invited_by(cast.adam, visit).as_dict()["text"] == "Do you look for a hat?"

    own = invited_by(cast.adam, come(cast.site), "The blue one is half price today.")
    assert (own.as_dict()["title"], own.as_dict()["text"]) == ("Hats", "The blue one is half price today.")

    set_style(cast.site, is_automatic=False, rules=(), box_title="", box_text="")
    assert invited_by(cast.adam, come(cast.site)).as_dict()["title"] == "May we help you?"


# Direct chat: I-02, CF-31, S-06.


def test_direct_chat_is_off_until_the_company_allows_it(cast, visit):
    """CF-31, S-06"""
    with pytest.raises(DirectChatIsOff), transaction():
        chat_directly(visit.visitor, cast.adam)


def test_direct_chat_asks_nobody_and_says_so(cast, visit):
    """I-02, CF-31"""
    set_company(chats_directly=True)
    with transaction():
        conversation = chat_directly(visit.visitor, cast.adam)

    assert agent_of(conversation) == "Adam"
    invitation = db.session.query(Invitation).one()
    assert (invitation.manner, invitation.ended_because, invitation.conversation_id) == (
        "direct",
        "chat_began",
        conversation.id,
    )
    assert "Acme opened this window. You need not answer" in invitation.as_dict()["text"]


def test_a_style_may_invite_directly_only_where_the_company_allows_it(cast, visit):
    """I-07"""
    set_style(cast.site, is_automatic=False, rules=(), manner="direct")
    assert invited_by(cast.adam, visit).manner == "ask"

    set_company(chats_directly=True)
    assert invited_by(cast.adam, come(cast.site)).manner == "direct"


def test_whoever_writes_in_a_window_that_was_opened_for_him_comes_to_who_opened_it(cast, visit):
    """I-07"""
    set_company(chats_directly=True)
    set_style(cast.site, is_automatic=False, rules=(), manner="direct")
    invitation = invited_by(cast.nina, visit)
    with transaction():
        conversation = Conversation.open_for(visit.visitor, cast.site)

    assert agent_of(conversation) == "Nina"
    assert again(invitation).ended_because == "accepted"


# Whoever invited him cannot any more.


@pytest.mark.parametrize("presence", ["offline", "away"])
def test_an_agent_who_has_gone_leaves_him_to_the_queue(cast, visit, presence):
    invitation = invited_by(cast.nina, visit)
    with transaction():
        set_presence(cast.nina, presence)

    assert agent_of(accept(invitation)) is None


def test_an_agent_who_takes_no_strangers_takes_whom_he_asked(cast, visit):
    with transaction():
        cast.nina.receives = False
        set_presence(cast.nina, "busy")

    assert agent_of(accept(invited_by(cast.nina, visit))) == "Nina"


def test_accepted_while_the_agents_limit_is_reached(cast, visit):
    invitation = invited_by(cast.nina, visit)
    with transaction():
        cast.nina.conversation_limit = 1
        Conversation.open_for(come(cast.site).visitor, cast.site).accept(by=cast.nina)
    conversation = accept(invitation)

    assert agent_of(conversation) is None
    assert conversation.is_waiting


# At the same time.


def the_visitor(visit: Visit) -> Visitor:
    return db.session.get_one(Visitor, visit.visitor_id)


def test_two_agents_invite_at_the_same_time(app, cast, visit):
    """One wins, the other is told who."""

    def by(member: Member):
        return lambda: invite(the_visitor(visit), db.session.get_one(Member, member.id)).by.name

    outcomes = in_parallel(app, cast.acme, [by(cast.adam), by(cast.nina)] * 3)

    [winner] = [one for one in outcomes if isinstance(one, str)]
    others = [one for one in outcomes if one != winner]
    assert {type(one) for one in others} == {AlreadyInvited}
    assert {one.fields["name"] for one in others} == {winner}


def test_two_tabs_accept_at_the_same_time(app, cast, visit):
    """One conversation, with the agent who invited him."""
    invitation = invited_by(cast.nina, visit)

    def tab():
        mine = db.session.get_one(Invitation, invitation.id)
        assert mine.accept()
        if mine.conversation_id is None:
            mine.begin(Conversation.open_for(the_visitor(visit), db.session.get_one(Site, cast.site.id)))
        return mine.conversation_id

    conversations = in_parallel(app, cast.acme, [tab] * 4)

    assert len(set(conversations)) == 1
    assert agent_of(db.session.get_one(Conversation, conversations[0])) == "Nina"


def test_accepted_while_it_is_withdrawn(app, cast, visit):
    """One of both, never half of each."""
    invitation = invited_by(cast.nina, visit)

    def of_his(deed):
        return lambda: deed(db.session.get_one(Invitation, invitation.id))

    accepted, _ = in_parallel(app, cast.acme, [of_his(Invitation.accept), of_his(Invitation.withdraw)])

    because = again(invitation).ended_because
    assert (accepted, because) in {(True, "accepted"), (False, "withdrawn")}
    assert (invitation.answered_at is not None) == accepted


def test_a_conversation_begins_while_he_is_being_invited(app, cast, visit):
    """He is never left with an open invitation in a conversation."""
    for _ in range(5):
        came = come(cast.site)

        def writes(came=came):
            return Conversation.open_for(the_visitor(came), db.session.get_one(Site, cast.site.id)).id

        def invites(came=came):
            return invite(the_visitor(came), db.session.get_one(Member, cast.adam.id)).id

        in_parallel(app, cast.acme, [writes, invites])

        db.session.commit()
        assert Invitation.open_of(came.visitor_id) is None


def test_nobody_erased_is_invited(cast, visit):
    with transaction():
        erased = visit.visitor
        db.session.delete(visit)
        db.session.flush()
        db.session.delete(erased)

    with pytest.raises((NotFound, VisitorHasLeft)), transaction():
        invite(erased, cast.adam)


def test_his_invitations_are_erased_with_him(cast, visit):
    invited_by(cast.adam, visit)
    with transaction():
        db.session.delete(visit.visitor)

    assert db.session.query(Invitation).count() == 0
    assert current_company().id == cast.acme.id


def test_whoever_declines_a_window_he_was_not_asked_about_ends_the_conversation(cast, visit):
    """CF-31: unless he has written in it."""
    set_company(chats_directly=True)
    with transaction():
        conversation = chat_directly(visit.visitor, cast.adam)
    invitation = db.session.query(Invitation).one()
    with transaction():
        invitation.decline()

    assert not conversation.is_open
    assert conversation.closed_by_kind == "visitor"
    assert again(invitation).ended_because == "declined"
