"""Which rooms a console's line is in: those its member's rights open, and the conversation he looks at."""

from flask import current_app

from chat.conversations.rooms import conversation_room
from console.agent import Agent, rooms_of
from core.realtime.line import Line
from tenants.people.members import Member


def look_at(agent: Agent, room: str | None) -> None:
    """Hear a colleague's conversation as long as it is on the screen; only one at a time."""
    line = agent.line
    if line is None:
        # Plain HTTP: the page asks every few seconds anyway.
        return
    rooms = _rooms()
    look_away(line)
    if room is not None:
        rooms.join(line, room)
    if line.socket.closed:
        # It went while we were asking the database; nobody else would take it out again.
        rooms.leave_all(line)


def look_away(line: Line) -> None:
    prefix = conversation_room(line.caller.company_id, 0)[:-1]
    for room in [room for room in line.rooms if room.startswith(prefix)]:
        _rooms().leave(line, room)


def follow_rights(line: Line, member: Member) -> None:
    """Move a line to the rooms its member's rights open now.  Whoever lost some looks at no colleague any more."""
    agent = line.caller
    before, now, sees_all = agent.rooms, rooms_of(member, agent.company_id), member.may("conversations.see_all")
    if before == now and agent.sees_all == sees_all:
        return
    look_away(line)
    for room in before - now:
        _rooms().leave(line, room)
    for room in now - before:
        _rooms().join(line, room)
    agent.rooms, agent.sees_all = now, sees_all
    line.push("rights_changed", {})


def _rooms():
    return current_app.extensions["switchboard"].rooms
