"""Where offline messages go (L-10): to our board, to a tracker as well, or to a board of the company's own."""

import re
import uuid

import pytest
from letters import caught_for

from chat.offline.forwarding import ForwardingAddress
from chat.offline.messages import OfflineMessage
from chat.registration.registration import SYSTEMS, Registration, registration_of
from chat.styles.styles import Style
from core.db import transaction
from core.errors import NotFound
from core.jobs import run_due
from core.limits import TooManyTries

TRACKER = "issues@tracker.example"


@pytest.fixture
def tracked(cast):
    """Acme wants its messages in its tracker; nobody there has said yes yet."""
    with transaction():
        Style(cast.site).save(Registration(system="tracker", tracker=TRACKER), by=cast.olga)
        ForwardingAddress.ask(TRACKER)
    run_due()


def leave(cast, text: str = "My hat\nis broken") -> None:
    with transaction():
        OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), text, {"name": "Li", "email": "li@mail.example"})
    run_due()


def link_in_the_mail() -> str:
    [asked] = caught_for(TRACKER)
    return re.search(r"/manage/forwarding/\S+", asked.get_content())[0]


def confirm(cast) -> None:
    with transaction():
        ForwardingAddress.called(TRACKER).confirm(cast.olga)


def test_l10_there_are_three_systems():
    assert list(SYSTEMS) == ["board", "tracker", "own"]


def test_l10_forwards_to_a_tracker_that_said_yes_and_keeps_a_copy(cast, tracked):
    confirm(cast)
    leave(cast)

    forwarded = caught_for(TRACKER)[-1]
    assert forwarded["Subject"] == f"{cast.site.name}: My hat is broken"
    assert "li@mail.example" in forwarded.get_content()
    assert OfflineMessage.unhandled_count() == 1


def test_nobody_is_mailed_who_has_not_said_yes(cast, tracked):
    leave(cast)

    assert len(caught_for(TRACKER)) == 1
    assert "link" in caught_for(TRACKER)[0].get_content()


def test_a_tracker_never_learns_where_to_send_its_thanks(cast, tracked):
    """The relay of 2025 and 2026: a visitor says he is somebody else, and the tracker thanks that one by mail."""
    confirm(cast)
    leave(cast)

    forwarded = caught_for(TRACKER)[-1]
    assert forwarded["Reply-To"] is None
    assert "li@mail.example" not in str(forwarded["From"])


def test_the_visitor_gets_no_mail_by_itself(cast, tracked):
    confirm(cast)
    leave(cast)

    assert caught_for("li@mail.example") == []


def test_only_while_the_style_says_so(cast, tracked):
    confirm(cast)
    with transaction():
        Style(cast.site).save(Registration(), by=cast.olga)
    leave(cast)

    assert len(caught_for(TRACKER)) == 1


def test_l10_own_board_is_a_link_and_a_window_that_knows_no_better_still_leaves_messages(cast):
    with transaction():
        Style(cast.site).save(Registration(system="own", board_url="https://board.example/new"), by=cast.olga)
    leave(cast)

    assert registration_of(cast.site).as_seen()["board_url"] == "https://board.example/new"
    assert OfflineMessage.unhandled_count() == 1


def test_the_link_in_the_mail_confirms_for_who_is_signed_in(cast, tracked, signed_in):
    link, olga = link_in_the_mail(), signed_in(cast.olga)

    assert TRACKER in olga.get(link).text
    assert ForwardingAddress.called(TRACKER).confirmed_at is None
    olga.post(link)

    cast.refresh()
    assert ForwardingAddress.called(TRACKER).confirmed_by_id == cast.olga.id


def test_the_link_is_one_companys(cast, tracked, signed_in):
    link, eve = link_in_the_mail(), signed_in(cast.eve)

    assert eve.get(link).status_code == 404
    assert eve.post(link).status_code == 404
    cast.refresh()
    assert ForwardingAddress.called(TRACKER).confirmed_at is None


def test_an_agent_may_not_confirm(cast, tracked, signed_in):
    assert signed_in(cast.adam).post(link_in_the_mail()).status_code == 403


def test_a_link_that_was_made_up_confirms_nothing(cast):
    with pytest.raises(NotFound):
        ForwardingAddress.of_token("x")


def test_asking_again_is_limited(cast, tracked):
    with pytest.raises(TooManyTries):
        for _ in range(6):
            ForwardingAddress.ask(TRACKER, again=True)
