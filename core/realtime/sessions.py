"""Ends the lines of people whose sign-in has ended, within seconds, whatever became of the push that said so."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from core.db import Place
from core.realtime.line import Line
from core.realtime.switchboard import Switchboard

SECONDS = 4.0

Sessions = dict[Place, set[int]]


def watch_sessions(switchboard: Switchboard, ended_sessions: Callable[[Sessions], Sessions]) -> None:
    """Ask, every few seconds and for all companies together, which of the sessions with open lines have ended."""

    def look() -> None:
        end_lines(switchboard.lines(), ended_sessions)

    switchboard.every(SECONDS, look)


def end_lines(lines: Iterable[Line], ended_sessions: Callable[[Sessions], Sessions]) -> None:
    of_place = _by_place(lines)
    ended = ended_sessions({place: set(of_session) for place, of_session in of_place.items()}) if of_place else {}
    for place, session_ids in ended.items():
        for session_id in session_ids:
            for line in of_place[place][session_id]:
                line.push("session_ended", {"reason": "ended"})
                line.hang_up()


def _by_place(lines: Iterable[Line]) -> Mapping[Place, dict[int, list[Line]]]:
    places: dict[Place, dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line.caller.session_id is not None:
            places[line.caller.place][line.caller.session_id].append(line)
    return places
