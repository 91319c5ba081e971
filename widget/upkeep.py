"""What a live process does for the visitors connected to it, over and over."""

from flask import current_app
from redis.exceptions import RedisError

from chat.visitors.presence import keep_everywhere, keep_visitors, lose_visitor
from core.realtime.line import Line
from core.realtime.switchboard import Switchboard
from widget.availability import ROOM, Availability, lines_by_company
from widget.door import widget_door
from widget.guest import Guest
from widget.welcome import welcome_of

# Shorter than it takes an agent's console to believe that a visitor has left: he may have a page open elsewhere.
KEEP_SECONDS = 4
LOOK_SECONDS = 3
# Opening hours begin and end to the second.
CLOCK_SECONDS = 0.5


def install(switchboard: Switchboard) -> None:
    """Begin the rounds.  Called once in a live process."""
    availability = switchboard.app.extensions["availability"] = Availability(switchboard)

    def keep() -> None:
        keep_all(lines_by_company(switchboard))

    def look() -> None:
        availability.look(lines_by_company(switchboard))

    switchboard.every(KEEP_SECONDS, keep)
    switchboard.every(LOOK_SECONDS, look)
    switchboard.every(CLOCK_SECONDS, availability.keep_time)
    switchboard.hear(ROOM, availability.doubt)


@widget_door.arrival
def arrived(guest: Guest, line: Line) -> None:
    if guest.arrived is not None:
        guest.arrived.recall()
    line.push("welcome", welcome_of(guest))
    guest.arrived = None
    _keep(guest.company_id, [guest.id])


@widget_door.departure
def left(guest: Guest) -> None:
    """When his last tab here has closed, he is gone, unless another process says within seconds that he is not."""
    if guest.id not in _visitors(lines_by_company(current_app.extensions["switchboard"])[guest.company_id]):
        try:
            lose_visitor(guest.company_id, guest.id)
        except RedisError:
            return


def keep_all(companies: dict[int, list[Line]]) -> None:
    try:
        keep_everywhere({company_id: _visitors(lines) for company_id, lines in companies.items()})
    except RedisError:
        # Presence only: it is said again in a few seconds.
        return


def _keep(company_id: int, visitor_ids) -> None:
    try:
        keep_visitors(company_id, visitor_ids)
    except RedisError:
        # Presence only: it is said again in a few seconds.
        return


def _visitors(lines: list[Line]) -> set[int]:
    return {line.caller.id for line in lines}
