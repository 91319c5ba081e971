"""Invitations through the widget's door: what a page is told, and what its answers do."""

from dataclasses import replace

import pytest
from flask_babel import get_locale
from inviting import EVERYBODY, again, invited_by, set_company, set_style

from chat.conversations.conversations import Conversation
from chat.conversations.rooms import visitor_room
from chat.invitations.invitations import Invitation
from chat.invitations.inviting import chat_directly
from chat.visitors.presence import keep_visitors, set_presence
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.db import db, transaction


@pytest.fixture
def page(cast, window, adam_is_online):
    """Somebody's page, open and known."""
    visitor_id = window.ask("state")["visitor"]["id"]
    keep_visitors(cast.acme.id, [visitor_id])
    window.ask("view_page", url="https://shop.example/", title="")
    window.visitor_id = visitor_id
    return window


def visit_of(page) -> Visit:
    db.session.commit()
    return Visit.last_of(db.session.get_one(Visitor, page.visitor_id))


def conversation_of(page) -> Conversation | None:
    db.session.commit()
    return Conversation.of_visitor(db.session.get_one(Visitor, page.visitor_id))


def test_nobody_is_invited_by_default(page):
    welcome = page.ask("state")

    assert (welcome["invitation_rules"], welcome["invitation"]) == ([], None)


def test_a_page_is_told_the_rules_that_mean_him(cast, page):
    """I-04, I-14: what it needs to wait for them, and not why they mean him."""
    returning = replace(EVERYBODY, id=2, visitors="returning")
    on_hats = replace(EVERYBODY, id=3, pages=("/hats*",), counts="visit", after_seconds=60)
    set_style(cast.site, rules=(EVERYBODY, returning, on_hats))

    assert page.ask("state")["invitation_rules"] == [
        {"id": 1, "after_seconds": 2, "counts": "page", "pages": []},
        {"id": 3, "after_seconds": 60, "counts": "visit", "pages": ["/hats*"]},
    ]


def test_whoever_has_had_enough_is_told_none(cast, page):
    set_style(cast.site)
    invitation = page.ask("be_invited", rule_id=1)["invitation"]
    page.ask("answer_invitation", invitation_id=invitation["id"], accepts=False)

    assert page.ask("state")["invitation_rules"] == []
    assert page.ask("be_invited", rule_id=1)["invitation"] is None


def test_a_rules_moment_comes(cast, page, caught):
    set_style(cast.site, box_title="Hats", box_text="Do you look for one?")
    invitation = page.ask("be_invited", rule_id=1)["invitation"]

    assert invitation == {
        "id": invitation["id"], "by": None, "title": "Hats", "text": "Do you look for one?", "picture": "", "manner": "ask",
    }  # fmt: skip
    assert page.ask("state")["invitation"] == invitation, "his next page shows it, too"
    [(rooms, told)] = caught.named("invited")
    assert (rooms, told) == ({visitor_room(cast.acme.id, page.visitor_id)}, {"invitation": invitation})


@pytest.mark.parametrize("rule_id", [99, -1, "1", None, 1.5, 2**70])
def test_made_up_rules_invite_nobody(cast, page, rule_id):
    set_style(cast.site)
    answer = page.ask("be_invited", rule_id=rule_id)

    assert answer.get("invitation") is None


def test_accepting_an_automatic_one_waits_like_any_other(cast, page):
    """By the usual engine: here agents accept by hand."""
    set_style(cast.site)
    invitation = page.ask("be_invited", rule_id=1)["invitation"]
    conversation = page.ask("answer_invitation", invitation_id=invitation["id"], accepts=True)["conversation"]

    assert (conversation["state"], conversation["member"]) == ("waiting", None)


def test_accepting_an_agents_one_brings_him(cast, page, caught):
    """W-03"""
    invitation = invited_by(cast.adam, visit_of(page))
    answer = page.ask("answer_invitation", invitation_id=invitation.id, accepts=True)

    assert answer["conversation"]["member"] == {"id": cast.adam.id, "name": "Adam"}
    assert answer["conversation"]["visitor"]["name"] == ""
    again_ = page.ask("answer_invitation", invitation_id=invitation.id, accepts=True)
    assert again_["conversation"]["id"] == answer["conversation"]["id"]
    [(_, ended)] = caught.named("invitation_ended")
    assert ended == {"invitation_id": invitation.id, "visitor_id": page.visitor_id, "because": "accepted"}


def test_a_page_that_is_open_can_be_reached_whatever_its_window_does(cast, page, caught):
    """W-34, I-15: he never opened the window, and has no conversation."""
    invitation = invited_by(cast.adam, visit_of(page), "May I help?")

    [(rooms, told)] = caught.named("invited")
    assert rooms == {visitor_room(cast.acme.id, page.visitor_id)}
    assert (told["invitation"]["id"], told["invitation"]["text"]) == (invitation.id, "May I help?")
    assert told["invitation"]["by"] == {"id": cast.adam.id, "name": "Adam"}


def test_he_reads_our_words_in_his_language(cast, page, caught, monkeypatch):
    """Not in that of the agent who invites him."""
    with transaction():
        db.session.get_one(Visit, visit_of(page).id).language = "zh-TW"
    monkeypatch.setattr(Invitation, "as_dict", lambda invitation: {"title": str(get_locale())})
    invited_by(cast.adam, visit_of(page))

    [(_, told)] = caught.named("invited")
    assert told["invitation"]["title"] == "zh_Hant"


def test_shown_when_his_page_says_so(cast, page):
    invitation = invited_by(cast.adam, visit_of(page))
    assert again(invitation).shown_at is None

    page.ask("see_invitation", invitation_id=invitation.id)
    shown_at = again(invitation).shown_at
    page.ask("see_invitation", invitation_id=invitation.id)

    assert shown_at is not None
    assert again(invitation).shown_at == shown_at


def test_withdrawn_before_he_answers_nothing_begins(cast, page):
    invitation = invited_by(cast.adam, visit_of(page))
    with transaction():
        invitation.withdraw()

    assert page.ask("answer_invitation", invitation_id=invitation.id, accepts=True) == {"ok": True, "conversation": None}
    assert conversation_of(page) is None


def test_nobody_is_there_any_more(cast, page):
    """I-11: he finds the form."""
    set_style(cast.site)
    invitation = page.ask("be_invited", rule_id=1)["invitation"]
    with transaction():
        set_presence(cast.adam, "away")

    assert page.ask("answer_invitation", invitation_id=invitation["id"], accepts=True)["conversation"] is None


def test_whoever_must_register_first_comes_to_who_invited_him_afterwards(cast, page, monkeypatch):
    """W-24: accepting is not a way around the form."""
    invitation = invited_by(cast.adam, visit_of(page))
    monkeypatch.setattr("widget.invitations.must_register", lambda visitor, site: True)
    assert page.ask("answer_invitation", invitation_id=invitation.id, accepts=True)["conversation"] is None

    conversation = page.ask("open_conversation")["conversation"]
    assert conversation_of(page).assigned_to.name == "Adam"
    assert again(invitation).conversation_id == conversation["id"]


def test_others_invitations_are_not_found(cast, page):
    with transaction():
        stranger = Visit.of(Visitor.recognise(None, cast.site), cast.site)
    keep_visitors(cast.acme.id, [stranger.visitor_id])
    theirs = invited_by(cast.adam, stranger)

    for event, more in (("see_invitation", {}), ("answer_invitation", {"accepts": True})):
        assert page.ask(event, invitation_id=theirs.id, **more)["error"]["code"] == "not_found"
    assert again(theirs).is_open


@pytest.mark.parametrize("accepts", [None, "yes", 1])
def test_an_answer_is_yes_or_no(cast, page, accepts):
    invitation = invited_by(cast.adam, visit_of(page))

    assert page.ask("answer_invitation", invitation_id=invitation.id, accepts=accepts)["error"]["code"] == "bad_request"
    assert again(invitation).is_open


def test_a_direct_chat_opens_his_window_and_says_why(cast, page, caught):
    """I-02, CF-31: and what says so is not put away."""
    set_company(chats_directly=True)
    with transaction():
        conversation = chat_directly(visit_of(page).visitor, cast.adam)

    [(_, told)] = caught.named("invited")
    assert told["invitation"]["manner"] == "direct"
    assert "You need not answer" in told["invitation"]["text"]
    assert caught.named("invitation_ended") == []
    page.ask("answer_invitation", invitation_id=told["invitation"]["id"], accepts=False)
    db.session.commit()
    db.session.refresh(conversation)
    assert not conversation.is_open


def test_asking_without_end_is_refused(page):
    answers = [page.ask("be_invited", rule_id=1) for _ in range(62)]

    assert answers[-1]["error"]["code"] == "too_many_tries"
