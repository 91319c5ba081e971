"""What a process believes of companies, and how soon it stops."""

from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from watching import Bus, Process

from core.db import PLATFORM, Place, db, transaction
from core.errors import NotSignedIn
from core.realtime.ear import Ear
from tenants.companies import directory as directories
from tenants.companies.company import SiteKey
from tenants.companies.directory import FRESH_SECONDS, ROOM, Directory
from tenants.signing_in.callers import CompanyCaller, end_closed
from widget.guest import SiteNotFound, company_of_site


class FakeLine:
    def __init__(self, company, session_id: int | None = None):
        self.caller = SimpleNamespace(company_id=company.id, place=company.place, session_id=session_id)
        self.said, self.is_cut, self.has_hung_up = [], False, False

    def push(self, name: str, data: dict) -> None:
        self.said.append(name)

    def cut(self) -> None:
        self.is_cut = True

    def hang_up(self) -> None:
        self.has_hung_up = True


@pytest.fixture
def clock(monkeypatch):
    """Time that goes on when told: `clock.now += 5`."""
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(directories.time, "monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def asked(app, cast):
    """How often the registry was asked."""
    statements = []

    def note(_, __, statement, *___) -> None:
        statements.append(statement)

    sa.event.listen(db.engines[PLATFORM], "before_cursor_execute", note)
    yield statements
    sa.event.remove(db.engines[PLATFORM], "before_cursor_execute", note)


def erase_unnoticed(company) -> None:
    """As if the word that it is being erased had been lost."""
    with transaction():
        db.session.execute(sa.update(type(company)).where(type(company).id == company.id).values(status="erasing"))


def test_asks_once_in_a_while(cast, clock, asked):
    directory = Directory()
    for _ in range(3):
        assert directory.of_site(cast.site.key).id == cast.acme.id
        assert directory.numbered(cast.acme.id).name == "Acme"
    assert len(asked) == 1

    clock.now += FRESH_SECONDS
    directory.numbered(cast.acme.id)
    assert len(asked) == 2


def test_what_is_suspended_is_known_to_be_at_once(cast):
    assert company_of_site(cast.site.key).is_open

    with transaction():
        cast.acme.suspend("unpaid")

    assert company_of_site(cast.site.key).standstill
    with transaction():
        cast.acme.begin_to_erase()
    with pytest.raises(SiteNotFound):
        company_of_site(cast.site.key)


@pytest.mark.parametrize("status", ["erasing", "erased"])
def test_who_never_heard_of_it_stops_believing_within_seconds(cast, clock, status):
    directory = Directory()
    directory.of_site(cast.site.key)
    with transaction():
        db.session.execute(sa.update(type(cast.acme)).where(type(cast.acme).id == cast.acme.id).values(status=status))

    clock.now += FRESH_SECONDS

    assert directory.of_site(cast.site.key) is None
    assert directory.numbered(cast.acme.id) is None


def test_a_look_finds_it_out_sooner(cast):
    directory = Directory()
    directory.of_site(cast.site.key)
    erase_unnoticed(cast.acme)

    assert directory.refresh([cast.acme.id, cast.globex.id]).keys() == {cast.globex.id}
    assert directory.of_site(cast.site.key) is None


def test_nobody_is_let_in_while_the_registry_is_away(cast, clock, monkeypatch):
    def away(query):
        raise ConnectionError

    directory = Directory()
    directory.of_site(cast.site.key)
    monkeypatch.setattr(directories, "_asked", away)
    assert directory.of_site(cast.site.key).id == cast.acme.id

    clock.now += FRESH_SECONDS
    with pytest.raises(ConnectionError):
        directory.of_site(cast.site.key)


def test_a_key_that_was_removed_opens_nothing_for_long(cast, clock):
    directory = Directory()
    directory.of_site(cast.site.key)
    with transaction():
        db.session.execute(sa.delete(SiteKey).where(SiteKey.key == cast.site.key))

    clock.now += FRESH_SECONDS

    assert directory.of_site(cast.site.key) is None
    assert directory.numbered(cast.acme.id) is not None


@pytest.mark.parametrize("key", ["", "nobodys", "x' OR 1=1"])
def test_an_unknown_key_is_nobodys_and_not_remembered(cast, asked, key):
    directory = Directory()

    assert directory.of_site(key) is None
    assert directory.of_site(key) is None
    assert len(asked) == 2


def test_other_processes_hear_of_it(app, cast, monkeypatch):
    elsewhere, process = Directory(), Process()
    process.rooms.join(Ear(lambda told: elsewhere.forget(told["company_id"])), ROOM)
    monkeypatch.setitem(app.extensions, "pushes", Bus(process))
    elsewhere.of_site(cast.site.key)

    with transaction():
        cast.acme.suspend("unpaid")

    assert elsewhere.of_site(cast.site.key).standstill


def test_every_event_of_a_caller_of_a_closed_company_is_refused(cast):
    caller = CompanyCaller(company_id=cast.acme.id, place=cast.acme.place, kind="visitor", id=cast.visitor.id, name="")
    with caller.entered() as company:
        assert company.id == cast.acme.id

    with transaction():
        cast.acme.begin_to_erase()

    with pytest.raises(NotSignedIn), caller.entered():
        pass


def test_the_lines_of_a_closed_company_end_and_no_others(cast):
    visitor, member, stranger = FakeLine(cast.acme), FakeLine(cast.acme, session_id=1), FakeLine(cast.globex)
    end_closed([visitor, member, stranger])
    assert not visitor.is_cut
    assert not member.has_hung_up
    erase_unnoticed(cast.acme)

    end_closed([visitor, member, stranger])

    assert visitor.is_cut
    assert member.said == ["session_ended"]
    assert member.has_hung_up
    assert not stranger.is_cut
    assert not stranger.said


def test_the_lines_of_a_company_that_has_moved_come_back(cast):
    visitor, member = FakeLine(cast.acme), FakeLine(cast.acme, session_id=1)
    for line in (visitor, member):
        line.caller.place = Place("t_1", "north")

    end_closed([visitor, member])

    assert visitor.is_cut
    assert member.is_cut
    assert not member.has_hung_up
