"""Who is invited by a rule, how often, and again."""

from dataclasses import replace

import pytest
from inviting import EVERYBODY, again, come, invited_by, let_time_pass, overdue, set_style
from parallel import in_parallel
from queueing import come_online, end

from chat.conversations.conversations import Conversation
from chat.invitations.automatic import invite_again, invite_by_rule
from chat.invitations.invitations import Invitation, end_unanswered
from chat.visitors.presence import lose_visitor, set_presence
from chat.visitors.visits import Visit
from core.db import db, transaction
from core.jobs import OutboxRow

PAGE = "https://shop.example/"


@pytest.fixture
def visit(cast) -> Visit:
    """Somebody looks around, Adam is there, and the style invites everybody."""
    come_online(cast.adam)
    set_style(cast.site)
    return come(cast.site)


def moment(visit: Visit, rule_id: int = 1, page: str = PAGE) -> Invitation | None:
    """A rule's moment has come."""
    with transaction():
        return invite_by_rule(visit, rule_id, page)


def decline(invitation: Invitation) -> None:
    with transaction():
        invitation.decline()


def test_a_rule_invites(cast, visit):
    """I-04"""
    invitation = moment(visit)

    assert (invitation.by_id, invitation.rule_id, invitation.manner) == (None, 1, "ask")
    assert invitation.shown_at is not None


def test_whoever_is_invited_has_that_invitation(cast, visit):
    assert moment(visit).id == moment(visit).id


def test_not_by_a_rule_there_is_not(cast, visit):
    assert moment(visit, rule_id=99) is None


def test_not_by_a_rule_that_does_not_mean_him(cast, visit):
    """A forged page gains nothing."""
    set_style(cast.site, rules=(replace(EVERYBODY, visitors="returning"),))

    assert moment(visit) is None


def test_only_on_its_pages(cast, visit):
    """I-05"""
    set_style(cast.site, rules=(replace(EVERYBODY, pages=("/hats*",)),))

    assert moment(visit) is None
    assert moment(visit, page="https://shop.example/hats/blue") is not None


def test_not_in_a_conversation_nor_after_one_on_the_same_visit(cast, visit):
    with transaction():
        conversation = Conversation.open_for(visit.visitor, cast.site)
    assert moment(visit) is None

    end(conversation)
    assert moment(visit) is None


def test_not_while_nobody_is_there(cast, visit):
    with transaction():
        set_presence(cast.adam, "away")

    assert moment(visit) is None


def test_while_nobody_is_there_to_leave_a_message_without_a_picture(cast, visit):
    """I-11"""
    with transaction():
        set_presence(cast.adam, "away")
    set_style(cast.site, invites_offline=True, offline_text="Write to us")
    invitation = moment(visit)

    assert invitation.is_offline
    assert invitation.picture == ""
    assert invitation.as_dict()["title"] == "Nobody is here right now"
    assert invitation.as_dict()["text"] == "Write to us"


def test_at_most_so_often_on_a_visit(cast, visit):
    """Adam's own invitation counts."""
    set_style(cast.site, per_visit=2, per_day=9, quiet_days=0)
    decline(invited_by(cast.adam, visit))
    decline(moment(visit))

    assert moment(visit) is None
    assert invited_by(cast.adam, visit).is_open, "agents are held back by nothing"


def test_at_most_so_often_a_day(cast, visit):
    set_style(cast.site, per_visit=2, per_day=2, quiet_days=0)
    for _ in range(2):
        decline(moment(visit))
    with transaction():
        visit.last_seen_at = visit.last_seen_at.replace(year=2020)
    next_visit = come(cast.site, visitor=visit.visitor)
    assert next_visit.id != visit.id
    assert moment(next_visit) is None

    for invitation in db.session.query(Invitation).all():
        let_time_pass(invitation, hours=25)
    assert moment(next_visit) is not None


def test_whoever_declined_is_left_alone_for_some_days(cast, visit):
    set_style(cast.site, per_visit=5, per_day=5, quiet_days=3)
    first = moment(visit)
    decline(first)
    assert moment(visit) is None

    let_time_pass(first, days=2)
    assert moment(visit) is None
    let_time_pass(first, days=2)
    assert moment(visit) is not None


def test_the_pause_between_two(cast, visit):
    set_style(cast.site, per_visit=5, per_day=5, quiet_days=0, pause_seconds=60)
    first = moment(visit)
    decline(first)
    assert moment(visit) is None

    let_time_pass(first, seconds=61)
    assert moment(visit) is not None


def test_many_moments_at_the_same_time_are_one_invitation(app, cast, visit):
    """However many tabs, or a page that asks as fast as it can."""
    set_style(cast.site, rules=(EVERYBODY, replace(EVERYBODY, id=2)), per_visit=2, per_day=2, quiet_days=0)

    def tab(rule_id):
        def asks():
            mine = db.session.get_one(Visit, visit.id)
            invitation = invite_by_rule(mine, rule_id, PAGE)
            number = invitation and invitation.id
            if invitation is not None:
                invitation.decline()
            return number

        return asks

    invited = in_parallel(app, cast.acme, [tab(1), tab(2)] * 4)

    assert len({number for number in invited if number}) == 2
    assert db.session.query(Invitation).count() == 2


# I-10: again and again.


def due_again() -> list[OutboxRow]:
    return db.session.query(OutboxRow).filter_by(job="invite_again").order_by(OutboxRow.id).all()


def run(row: OutboxRow) -> None:
    with transaction():
        invite_again(**row.arguments)


def test_again_after_the_pause_until_the_maximum(cast, visit):
    """I-10: also after he has declined."""
    set_style(cast.site, repeats=True, per_visit=3, per_day=3, pause_seconds=30)
    decline(moment(visit))
    for number in (1, 2):
        last = Invitation.open_of(visit.visitor_id) or db.session.query(Invitation).order_by(Invitation.id.desc()).first()
        row = due_again()[-1]
        assert (row.due_at - last.ended_at).total_seconds() == 30
        for one in db.session.query(Invitation).all():
            let_time_pass(one, seconds=31)
        run(row)
        following = Invitation.open_of(visit.visitor_id)
        assert following is not None, number
        overdue(following)
        with transaction():
            end_unanswered(invitation_id=following.id)
        assert again(following).ended_because == "expired"
    for one in db.session.query(Invitation).all():
        let_time_pass(one, seconds=31)
    run(due_again()[-1])

    assert Invitation.open_of(visit.visitor_id) is None
    assert db.session.query(Invitation).count() == 3


def test_not_again_when_he_has_left(cast, visit):
    set_style(cast.site, repeats=True, per_visit=3, per_day=3)
    decline(moment(visit))
    lose_visitor(cast.acme.id, visit.visitor_id)
    run(due_again()[0])

    assert Invitation.open_of(visit.visitor_id) is None


def test_not_again_on_another_page(cast, visit):
    set_style(cast.site, repeats=True, per_visit=3, per_day=3, rules=(replace(EVERYBODY, pages=("/",)),))
    decline(moment(visit))
    with transaction():
        visit.view("https://shop.example/elsewhere", "")
    run(due_again()[0])

    assert Invitation.open_of(visit.visitor_id) is None


@pytest.mark.parametrize("repeats", [True, False])
def test_not_again_when_he_has_accepted_nor_without_the_mode(cast, visit, repeats):
    set_style(cast.site, repeats=repeats, per_visit=3, per_day=3)
    invitation = moment(visit)
    with transaction():
        invitation.accept() if repeats else invitation.decline()

    assert due_again() == []
