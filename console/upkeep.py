"""What a live process does for the consoles connected to it, over and over.

All of it is said to this process's own lines only.  Every process looks for itself, so that nothing hangs on a hint
between processes, which may be lost.
"""

from flask import current_app

from console.agent import Agent
from console.door import console_door
from console.lines import by_company, console_lines
from console.pulse import beat
from console.visitor_watch import LOOK_SECONDS, ROOM, TELL_SECONDS, VisitorWatch
from core.db import db, transaction
from core.realtime.line import Line
from core.realtime.switchboard import Switchboard
from tenants.companies.company import current_company
from tenants.people.seats import SeatsUnknown, renew_seats
from tenants.signing_in.sessions import Session, SessionEnded

RENEW_SECONDS, PULSE_SECONDS = 10, 8


def install(switchboard: Switchboard) -> None:
    """Begin the rounds.  Called once in a live process."""
    watch = switchboard.app.extensions["visitor_watch"] = VisitorWatch(switchboard.rooms)
    switchboard.hear(ROOM, watch.hear)

    def keep_seats() -> None:
        renew(console_lines(switchboard))

    def pulse() -> None:
        beat(by_company(switchboard))

    def look_for_visitors() -> None:
        watch.look(by_company(switchboard))

    switchboard.every(RENEW_SECONDS, keep_seats)
    switchboard.every(PULSE_SECONDS, pulse)
    switchboard.every(LOOK_SECONDS, look_for_visitors)
    switchboard.every(TELL_SECONDS, watch.tell)


@console_door.arrival
def arrived(agent: Agent, line: Line) -> None:
    agent.line = line


@console_door.departure
def left(agent: Agent) -> None:
    """When the last tab here has closed, the seat is free soon, unless he comes back or sits elsewhere too."""
    lines = console_lines(current_app.extensions["switchboard"])
    if not any(_holder(line) == (agent.company_id, agent.id) for line in lines):
        current_company().leave_seat(agent.id)


def renew(lines: list[Line]) -> None:
    """Keep the seats of everybody connected here.  Whose seat is gone is cut off, and may come back for a free one."""
    try:
        lost = renew_seats({_holder(line) for line in lines}) if lines else ()
    except SeatsUnknown:
        return
    for line in lines:
        if _holder(line) in lost:
            line.cut()


def free_seat(event: SessionEnded) -> None:
    """Signing out frees the seat at once, unless the member is signed in elsewhere too."""
    with transaction():
        member = db.session.get_one(Session, event.session_id).member
        company = current_company()
        if not Session.of_member(member) and member.id in company.seated:
            company.release_seat(member.id)


def _holder(line: Line) -> tuple[int, int]:
    return line.caller.company_id, line.caller.id
