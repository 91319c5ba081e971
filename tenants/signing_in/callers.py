"""Callers of the live doors, with their company."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.db import Place
from core.errors import NotSignedIn
from core.realtime.caller import Caller
from core.realtime.convoy import Statement
from core.realtime.line import Line
from core.realtime.questions import array, ask
from core.realtime.switchboard import Switchboard
from tenants.companies.company import Company
from tenants.companies.directory import REFRESH_SECONDS, ROOM, directory
from tenants.platform.load_limits import take_request

ENDED = Statement("ended_sessions", Path(__file__).with_name("ended_sessions.sql").read_bytes())


@dataclass(kw_only=True)
class CompanyCaller(Caller):
    """A visitor or member on the line.  The company is looked up for each event, so that what was closed meanwhile is refused."""

    def knock(self) -> None:
        """Raises OverLimit."""
        take_request(self.company_id)

    @contextmanager
    def entered(self) -> Iterator[Company]:
        company = directory().numbered(self.company_id)
        if company is None:
            raise NotSignedIn
        with company.entered() as company:
            yield company


def ended_sessions(open_here: dict[Place, set[int]]) -> dict[Place, set[int]]:
    """Which of these sign-in sessions no longer open anything, in one round trip for all companies."""
    answers = ask(ENDED, {place: [array(ids)] for place, ids in open_here.items()})
    return {place: set(ended or ()) for place, ended in answers.items()}


def watch_companies(switchboard: Switchboard) -> None:
    """End the lines of companies that are closed: at once when it is told, and at a look every few seconds."""

    def look() -> None:
        directory().tidy()
        end_closed(switchboard.lines())

    def hear(told: dict) -> None:
        # Forgetting waits for nothing; looking asks the database, so beside the caller.
        switchboard.app.extensions["directory"].forget(told["company_id"])
        switchboard.soon(
            lambda: end_closed([line for line in switchboard.lines() if line.caller.company_id == told["company_id"]])
        )()

    switchboard.hear(ROOM, hear)
    switchboard.every(REFRESH_SECONDS, look)


def end_closed(lines: list[Line]) -> None:
    """Visitors come back and are told at the door; members are told here, and stay away.

    Whose company has moved to another place only comes back.
    """
    ids = {line.caller.company_id for line in lines}
    still_open = directory().refresh(ids) if ids else {}
    for line in lines:
        company = still_open.get(line.caller.company_id)
        if company is not None and company.place == line.caller.place:
            continue
        if line.caller.session_id is None or company is not None:
            line.cut()
        else:
            line.push("session_ended", {"reason": "ended"})
            line.hang_up()
