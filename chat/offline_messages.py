"""Offline messages: what visitors leave when nobody can answer, until an agent has handled it (L-01, L-02, L-06)."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chat.offline_forms import OfflineForm
from chat.sites import Site
from chat.visitors import Visitor
from core.clock import now
from core.db import TenantModel, db, identity, lock, record
from core.errors import Invalid, NotFound
from core.events import dataclass_event
from core.text import tidy, tidy_lines
from tenants.company import current_company
from tenants.members import Member


@dataclass_event
class OfflineMessageLeft:
    company_id: int
    offline_message_id: int


@dataclass_event
class OfflineMessageHandled:
    company_id: int
    offline_message_id: int


class OfflineMessage(TenantModel):
    """A message left for the team, with how to reach the visitor."""

    __tablename__ = "offline_message"

    id: Mapped[int] = identity()
    client_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("visitor.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    page_url: Mapped[str] = mapped_column(default="")
    ip: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    handling_note: Mapped[str] = mapped_column(default="")
    # What the company asked beyond name and address: [{"label", "value"}].
    answers: Mapped[list] = mapped_column(JSONB, default=list, server_default="[]")

    visitor: Mapped[Visitor] = relationship(lazy="joined", innerjoin=True)
    handled_by: Mapped[Member | None] = relationship(lazy="joined")

    @classmethod
    def leave(
        cls, visitor: Visitor, site: Site, client_id: uuid.UUID, text: str, answers: dict, page_url: str = "", ip: str = ""
    ) -> "OfflineMessage":
        """Leave a message with what the company's form asks, by the fields' keys; leaving the same one again is harmless.

        Raises Invalid with the faulty fields.
        """
        form, text = OfflineForm.current(), tidy_lines(text, 4000)
        filled_in = _checked(form, text, answers)
        row = sa.dialects.postgresql.insert(cls).values(
            client_id=client_id,
            visitor_id=visitor.id,
            site_id=site.id,
            text=text,
            answers=form.told(filled_in),
            page_url=tidy(page_url, 2000),
            ip=ip,
            created_at=now(),
            **{name: filled_in.get(name, "") for name in ("name", "email", "phone")},
        )
        new_id = db.session.scalar(row.on_conflict_do_nothing(index_elements=[cls.client_id]).returning(cls.id))
        if new_id is not None:
            _remember_on_card(visitor, filled_in)
            record(OfflineMessageLeft(current_company().id, new_id))
            _announce(new_id)
        left = db.session.scalars(sa.select(cls).where(cls.client_id == client_id)).one()
        if left.visitor_id != visitor.id:
            raise NotFound
        return left

    @classmethod
    def recent(cls, at_most: int = 100) -> list["OfflineMessage"]:
        """Unhandled ones first, then the newest."""
        return list(db.session.scalars(sa.select(cls).order_by(cls.handled_at.is_not(None), cls.id.desc()).limit(at_most)))

    @classmethod
    def unhandled_count(cls) -> int:
        return db.session.scalar(sa.select(sa.func.count()).where(cls.handled_at.is_(None)))

    def handle(self, by: Member, note: str = "") -> None:
        """Mark it done.  The first to do so is remembered."""
        lock(self)
        if self.handled_at is None:
            self.handled_at, self.handled_by, self.handling_note = now(), by, tidy_lines(note, 2000)
            record(OfflineMessageHandled(current_company().id, self.id))

    def as_dict(self) -> dict:
        return {
            "id": self.id,
            "visitor": self.visitor.as_dict(),
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "text": self.text,
            "page_url": self.page_url,
            "ip": self.ip,
            "created_at": self.created_at.isoformat(),
            "handled_at": self.handled_at.isoformat() if self.handled_at else None,
            "handled_by": {"id": self.handled_by.id, "name": self.handled_by.name} if self.handled_by else None,
            "handling_note": self.handling_note,
            "answers": self.answers,
        }


def offline_message_for(member: Member, id: int) -> OfflineMessage:
    """The door to offline messages.  Raises NotAllowed, NotFound."""
    member.need("offline_messages.handle")
    message = db.session.get(OfflineMessage, id) if isinstance(id, int) else None
    if message is None:
        raise NotFound
    return message


def _checked(form: OfflineForm, text: str, answers: dict) -> dict[str, str]:
    faults = {} if text else {"text": _("Write your message.")}
    try:
        filled_in = form.filled_in(answers)
    except Invalid as invalid:
        faults |= invalid.fields
    if faults:
        raise Invalid(**faults)
    return filled_in


def _announce(id: int) -> None:
    from chat.mails import announce_offline_message  # mails know the messages they speak of

    announce_offline_message.later(offline_message_id=id)


def _remember_on_card(visitor: Visitor, filled_in: dict[str, str]) -> None:
    # What an agent wrote on the card counts more than what a visitor types (W-26).
    for name in ("name", "email", "phone", "company"):
        if not getattr(visitor, name):
            setattr(visitor, name, filled_in.get(name, ""))
