"""How far each end of a conversation has confirmed that it holds everything."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import db, record
from core.events import dataclass_event
from tenants.companies.company import current_company


@dataclass_event
class ConversationConfirmed:
    company_id: int
    conversation_id: int
    side: str
    seq: int


class Confirmations:
    """What both ends confirm.  Part of Conversation."""

    visitor_confirmed_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    team_confirmed_seq: Mapped[int] = mapped_column(default=0, server_default="0")

    def confirm(self, side: str, seq: int) -> None:
        """Note that one end ("visitor", "team") holds everything up to `seq`: never back, never beyond what was said."""
        model = type(self)
        column = model.visitor_confirmed_seq if side == "visitor" else model.team_confirmed_seq
        moved = db.session.execute(
            sa.update(model).where(model.id == self.id, column < seq, model.last_seq >= seq).values({column: seq})
        )
        if moved.rowcount:
            record(ConversationConfirmed(current_company().id, self.id, side, seq))
