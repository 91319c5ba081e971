"""Whether somebody can answer, as visitors were told, and told anew when it is no longer so.

A seat that runs out makes no event, so we look: all companies that have visitors here in one round trip.
"""

import time
from collections.abc import Mapping
from pathlib import Path

from flask import current_app

from chat.presence import somebody_can_answer
from core.db import Place
from core.realtime.convoy import Statement
from core.realtime.push import Push
from core.realtime.questions import array, ask
from core.realtime.rooms import Rooms
from tenants.company import Company
from tenants.seats import SeatsUnknown, seated_in
from widget.guest import visitors_room

ANSWERING = Statement("answering", Path(__file__).with_name("answering.sql").read_bytes())
# Who is welcomed may be told what the last look saw: the next one tells him if it is different.
FRESH_SECONDS = 5


def is_online(company: Company) -> bool:
    """Whether a visitor who comes now meets an agent: seen a moment ago, where this process looks, or asked now."""
    availability = current_app.extensions.get("availability")
    known = availability.seen(company.id) if availability else None
    return somebody_can_answer(company) if known is None else known


class Availability:
    """What the visitors of this process were told."""

    def __init__(self, rooms: Rooms):
        self._rooms = rooms
        self._told: dict[int, bool] = {}
        self._looked_at = 0.0

    def seen(self, company_id: int) -> bool | None:
        return self._told.get(company_id) if time.monotonic() - self._looked_at < FRESH_SECONDS else None

    def look(self, places: Mapping[int, Place]) -> None:
        """Look at these companies, and tell the visitors of those where it has changed."""
        online = _who_can_answer(places)
        self._looked_at = time.monotonic()
        before, self._told = self._told, {id: told for id, told in self._told.items() if id in places} | online
        for company_id, is_so in online.items():
            if before.get(company_id) != is_so:
                self._rooms.deliver(Push.of(visitors_room(company_id), "availability_changed", {"online": is_so}))


def _who_can_answer(places: Mapping[int, Place]) -> dict[int, bool]:
    try:
        seated = seated_in(places)
    except SeatsUnknown:
        # The visitor may write, and is answered late rather than sent off.
        return dict.fromkeys(places, True)
    answers = ask(ANSWERING, {place: [array(seated[id])] for id, place in places.items()}) if places else {}
    return {id: answers[place] for id, place in places.items() if place in answers}
