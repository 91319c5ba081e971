"""What it costs to find who may receive a visitor, among five strategies of a style and among five thousand.

Places come from the database of the product, of addresses drawn at random; each is looked up before, as the product
remembers it, so that only the rules are measured.  Every visitor matches: that is the dearest case.
"""

import random
import statistics
import time

from chat.places.places import OURS, Place, Places
from chat.places.regions import cities_of, provinces_of
from chat.reception.scopes import Scope
from chat.styles.routing import Regions, Routing, Strategy

FEW, MANY, DEPARTMENTS = 5, 5000, 40
VISITORS, ROUNDS = 5000, 9


def measure(say) -> tuple[float, float]:
    """Microseconds for a visitor with five strategies and with five thousand."""
    say(f"scopes of {VISITORS} visitors, {FEW} and {MANY} strategies")
    few, many = _strategies(FEW), _strategies(MANY)
    visitors = _visitors()
    # In turn, so that a machine that slows down slows both.
    rounds = [(_each(few, visitors), _each(many, visitors)) for _ in range(ROUNDS)]
    return tuple(statistics.median(of) for of in zip(*rounds, strict=True))


def _strategies(count: int) -> Routing:
    """All of China, over and over: each city and each province in as many strategies as it takes."""
    places = [code for province in provinces_of("CN") for code in (province, *cities_of(province))]
    draw = random.Random(1)
    named = [Strategy("All", ("CN",), (DEPARTMENTS,))] + [
        Strategy(f"Strategy {number}", tuple(draw.sample(places, 2)), (draw.randrange(DEPARTMENTS),))
        for number in range(1, count)
    ]
    return Routing(Regions(tuple(named)))


def _visitors() -> list[Place]:
    """Of China, wherever in it."""
    places, draw, found = Places(OURS), random.Random(2), []
    while len(found) < VISITORS:
        place = places.place_of(".".join(str(draw.randrange(1, 255)) for _ in range(4)))
        if place.country == "CN":
            found.append(place)
    return found


def _each(routing: Routing, visitors: list[Place]) -> float:
    began = time.perf_counter()
    for place in visitors:
        Scope.of(routing, place, "")
    return (time.perf_counter() - began) / len(visitors) * 1e6
