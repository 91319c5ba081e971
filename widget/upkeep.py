"""What a live process does for the visitors connected to it, over and over."""

from collections import defaultdict

from flask import current_app
from redis.exceptions import RedisError

from chat.presence import keep_visitors, lose_visitor, somebody_can_answer
from core.db import transaction
from core.errors import Refusal
from core.realtime.line import Line
from core.realtime.push import Push
from core.realtime.switchboard import Switchboard
from tenants.company import current_company
from widget.door import widget_door
from widget.guest import Guest, visitors_room
from widget.welcome import welcome_of

# Shorter than it takes an agent's console to believe that a visitor has left: he may have a page open elsewhere.
KEEP_SECONDS = 4
LOOK_SECONDS = 10


def install(switchboard: Switchboard) -> None:
    """Begin the rounds.  Called once in a live process."""
    availability = Availability(switchboard)
    switchboard.every(KEEP_SECONDS, lambda: keep_all(_by_company(switchboard)))
    switchboard.every(LOOK_SECONDS, lambda: availability.look(_by_company(switchboard)))


@widget_door.arrival
def arrived(guest: Guest, line: Line) -> None:
    line.push("welcome", welcome_of(guest))
    _keep(guest.company_id, [guest.id])


@widget_door.departure
def left(guest: Guest) -> None:
    """When his last tab here has closed, he is gone, unless another process says within seconds that he is not."""
    if guest.id not in _visitors(_by_company(current_app.extensions["switchboard"])[guest.company_id]):
        try:
            lose_visitor(guest.company_id, guest.id)
        except RedisError:
            return


def keep_all(companies: dict[int, list[Line]]) -> None:
    for company_id, lines in companies.items():
        _keep(company_id, _visitors(lines))


class Availability:
    """Whether somebody can answer, told to the visitors here when it is no longer what they were told.

    A seat that runs out makes no event, so we look.
    """

    def __init__(self, switchboard: Switchboard):
        self._rooms = switchboard.rooms
        self._told: dict[int, bool] = {}

    def look(self, companies: dict[int, list[Line]]) -> None:
        self._told = {id: told for id, told in self._told.items() if id in companies}
        for company_id, lines in companies.items():
            try:
                self._look_at(company_id, lines[0].caller)
            except Refusal:
                # The company was closed.  They come back, and are told at the door.
                for line in lines:
                    line.cut()

    def _look_at(self, company_id: int, caller: Guest) -> None:
        with caller.entered(), transaction():
            online = somebody_can_answer(current_company())
        if self._told.get(company_id) != online:
            self._told[company_id] = online
            self._rooms.deliver(Push.of(visitors_room(company_id), "availability_changed", {"online": online}))


def _keep(company_id: int, visitor_ids) -> None:
    try:
        keep_visitors(company_id, visitor_ids)
    except RedisError:
        # Presence only: it is said again in a few seconds.
        return


def _visitors(lines: list[Line]) -> set[int]:
    return {line.caller.id for line in lines}


def _by_company(switchboard: Switchboard) -> dict[int, list[Line]]:
    companies = defaultdict(list)
    for line in switchboard.lines():
        if isinstance(line.caller, Guest):
            companies[line.caller.company_id].append(line)
    return companies
