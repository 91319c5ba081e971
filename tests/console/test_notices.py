"""The console asks what there is to tell, and puts it away."""

import pytest

from console.agent import Agent
from console.events import console_door
from core.clock import now
from core.db import db, record, transaction
from tenants.platform.announcements import Announcement
from tenants.platform.notices import NoticesChanged
from tenants.signing_in.sessions import Session


@pytest.fixture
def ask(cast):
    """`ask("notices")` is the answer Adam's console gets."""
    with transaction():
        session, _ = Session.open(cast.adam, remember=False, ip="", device="")
        agent = Agent.of(session, cast.acme)
    return lambda event, **data: console_door.call(agent, event, data)


@pytest.fixture
def announcement(cast) -> Announcement:
    with transaction():
        announcement = Announcement(
            key="1", texts={"en": "New prices"}, begins_at=now(), published_at=now(), written_by="Omar", link="/manage/plan"
        )
        db.session.add(announcement)
        record(NoticesChanged())
    return announcement


def test_an_agent_reads_and_puts_away(announcement, ask):
    (notice,) = ask("notices")["notices"]
    away = ask("dismiss_notice", id=notice["id"])

    assert notice == {
        "kind": "announcement",
        "text": "New prices",
        "level": "info",
        "id": f"announcement:{announcement.id}",
        "until": None,
        "link": "/manage/plan",
    }
    assert away["ok"]
    assert ask("notices")["notices"] == []


def test_what_is_none_is_not_found(announcement, ask):
    assert [ask("dismiss_notice", id=odd)["error"]["code"] for odd in ("", "announcement:0", None, 7)] == ["not_found"] * 4


def test_all_consoles_hear_that_something_has_changed(cast, caught):
    with transaction():
        record(NoticesChanged())
        record(NoticesChanged(cast.acme.id))

    assert caught.named("notices_changed") == [({"consoles"}, {}), ({f"{cast.acme.id}:agents"}, {})]
