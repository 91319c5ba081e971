"""What visitors find when it opens and closes, to the second."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from queueing import come_online

from chat.styles.calendars import Calendar, Period
from chat.styles.opening_hours import Hours
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.visitors.arrivals import Arrival, arrive
from core.db import transaction
from widget.availability import Availability, reception_for
from widget.events import NobodyIsHere, conversation_opened_for
from widget.guest import Guest
from widget.welcome import welcome_of

CLOSING = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WORKDAYS = Calendar(week=((Period(9 * 60, 18 * 60),),) * 5 + ((), ()))


class Line:
    """A visitor's tab that remembers what it heard."""

    def __init__(self, caller: Guest):
        self.caller, self.rooms, self.heard = caller, set(), []

    def push(self, name: str, data) -> None:
        self.heard.append((name, data))

    def standings(self) -> list[str]:
        return [data["standing"] for name, data in self.heard if name == "reception_changed"]


@pytest.fixture
def clock(monkeypatch):
    """`clock.at(moment)` is what it is now, for opening hours and for who waits for them."""
    clock = SimpleNamespace(now=None)

    def at(moment: datetime) -> None:
        clock.now = moment

    clock.at = at
    for module in ("chat.styles.opening_hours", "widget.availability"):
        monkeypatch.setattr(f"{module}.now", lambda: clock.now)
    at(CLOSING - SECOND)
    return clock


@pytest.fixture
def hours(cast, clock):
    """Acme, whose agents are online until midnight, closes at six."""
    come_online(cast.adam)
    with transaction():
        cast.question.close(cast.visitor)

    def save(when_closed: str = "form", site: Site = cast.site) -> None:
        with transaction():
            Style(site).save(Hours(usual=WORKDAYS, when_closed=when_closed), cast.olga)

    save()
    return save


def guest_of(cast, site: Site) -> Guest:
    arrived = arrive(cast.acme, Arrival(site_key=site.key, visitor_key=cast.visitor.key))
    return Guest(
        company_id=cast.acme.id, place=cast.acme.place, kind="visitor", id=cast.visitor.id, name="", site_key=site.key,
        site_id=site.id, visitor_key=cast.visitor.key, visit_id=arrived.visit_id, rooms=set(), arrived=arrived,
    )  # fmt: skip


@pytest.fixture
def live(cast):
    """A live process with these lines."""
    lines: list[Line] = []
    switchboard = SimpleNamespace(soon=lambda function: function, lines=lambda: lines)
    availability = Availability(switchboard)

    def look() -> None:
        availability.look({cast.acme.id: lines})

    return SimpleNamespace(lines=lines, look=look, keep_time=availability.keep_time)


def welcomed(cast, live, site: Site) -> Line:
    line = Line(guest_of(cast, site))
    welcome_of(line.caller)
    live.lines.append(line)
    return line


def test_no_conversation_begins_outside_of_opening_hours_though_agents_are_online(cast, clock, hours):
    guest = guest_of(cast, cast.site)

    clock.at(CLOSING)
    with transaction(), pytest.raises(NobodyIsHere):
        conversation_opened_for(guest)

    clock.at(CLOSING - SECOND)
    with transaction():
        assert conversation_opened_for(guest).is_open


def test_a_conversation_that_has_begun_goes_on(cast, clock, hours):
    guest = guest_of(cast, cast.site)
    with transaction():
        begun = conversation_opened_for(guest)

    clock.at(CLOSING + timedelta(hours=3))

    with transaction():
        assert conversation_opened_for(guest).id == begun.id


@pytest.mark.parametrize("when_closed", ["form", "hide"])
def test_the_visitor_hears_what_he_finds_and_when_it_opens(cast, clock, hours, when_closed):
    hours(when_closed)
    clock.at(CLOSING)

    told = reception_for(guest_of(cast, cast.site)).told

    assert told["standing"] == "closed"
    assert told["when_closed"] == when_closed
    assert datetime.fromisoformat(told["opens_at"]) == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_open_pages_hear_of_it_at_the_second_it_closes_and_opens(cast, clock, hours, live):
    line = welcomed(cast, live, cast.site)
    live.look()

    live.keep_time()
    assert line.standings() == []

    clock.at(CLOSING)
    live.keep_time()
    live.keep_time()
    assert line.standings() == ["closed"]

    clock.at(datetime(2026, 11, 24, 8, 59, 59, tzinfo=UTC))
    live.keep_time()
    clock.at(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    live.keep_time()
    assert line.standings() == ["closed", "online"]


def test_who_comes_later_from_another_site_with_other_hours_hears_of_it_too(cast, clock, hours, live):
    with transaction():
        always = cast.site
        Style(always).save(Hours(), cast.olga)
        other = Site.add("Other")
    hours(site=other)
    welcomed(cast, live, always)
    live.look()
    line = welcomed(cast, live, other)
    live.look()

    clock.at(CLOSING)
    live.keep_time()

    assert line.standings() == ["closed"]
