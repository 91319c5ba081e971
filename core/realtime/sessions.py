"""Ends the lines of people whose sign-in has ended, within seconds, whatever became of the push that said so."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from core.db import Place
from core.realtime.line import Line
from core.realtime.switchboard import Switchboard

SECONDS = 4.0


def watch_sessions(switchboard: Switchboard, ended_sessions: Callable[[Place, set[int]], set[int]]) -> None:
    """Ask, every few seconds and once for each company, which of the sessions with open lines have ended."""

    def look() -> None:
        end_lines(switchboard.lines(), ended_sessions)

    switchboard.every(SECONDS, look)


def end_lines(lines: Iterable[Line], ended_sessions: Callable[[Place, set[int]], set[int]]) -> None:
    for place, of_session in _by_place(lines).items():
        for session_id in ended_sessions(place, set(of_session)):
            for line in of_session[session_id]:
                line.push("session_ended", {"reason": "ended"})
                line.hang_up()


def _by_place(lines: Iterable[Line]) -> dict[Place, dict[int, list[Line]]]:
    places: dict[Place, dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line.caller.session_id is not None:
            places[line.caller.place][line.caller.session_id].append(line)
    return places
