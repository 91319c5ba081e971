"""The pulse: every few seconds a console hears what it must be showing, and asks for what it missed.

On the same round each line is moved to the rooms its member's rights open now.
"""

import logging

import sqlalchemy as sa

from chat.conversations import Conversation
from chat.offline_messages import OfflineMessage
from console.hearing import follow_rights
from console.state import seats_of, shown
from core.db import db, transaction
from core.errors import Refusal
from core.realtime.line import Line
from tenants.company import Company
from tenants.members import Member
from tenants.seats import SeatsUnknown

log = logging.getLogger(__name__)


def beat(lines: list[Line]) -> None:
    """Tell the lines of one company.  What fails for one company must not keep the others waiting."""
    try:
        with lines[0].caller.entered() as company, transaction():
            pulse = Pulse(company, lines)
            for line in lines:
                pulse.tell(line)
    except Refusal:
        # The company was closed: the look at the sessions ends its lines.
        return
    except Exception as error:
        log.warning("pulse failed company=%s error=%r", lines[0].caller.company_id, error)


class Pulse:
    """What is true of one company at this moment."""

    def __init__(self, company: Company, lines: list[Line]):
        self._seated = _seated(company)
        here = {line.caller.id for line in lines} | self._seated
        self._members = {member.id: member for member in Member.with_ids(here)}
        self._seats, self._unhandled = seats_of(company), OfflineMessage.unhandled_count()
        open_now = sa.select(Conversation.id, Conversation.assigned_to_id, Conversation.last_seq)
        self._heads = db.session.execute(open_now.where(Conversation.closed_at.is_(None))).all()

    def tell(self, line: Line) -> None:
        member = self._members[line.caller.id]
        follow_rights(line, member)
        if member.may("conversations.answer"):
            line.push("pulse", self.as_seen_by(member))
        else:
            # It comes back, and is told at the door why it may not come in.
            line.cut()

    def as_seen_by(self, member: Member) -> dict:
        return {
            "heads": self._heads_for(member),
            "presences": {
                str(id): shown(colleague.presence, colleague, member)
                for id, colleague in self._members.items()
                if id in self._seated
            },
            "seats": self._seats,
            "unhandled": self._unhandled if member.may("offline_messages.handle") else 0,
        }

    def _heads_for(self, member: Member) -> dict[str, int]:
        sees_all = member.may("conversations.see_all")
        return {
            str(id): last_seq for id, assigned_to_id, last_seq in self._heads if sees_all or assigned_to_id in (None, member.id)
        }


def _seated(company: Company) -> set[int]:
    try:
        return company.seated
    except SeatsUnknown:
        return set()
