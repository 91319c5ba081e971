"""Offline messages: what visitors leave when nobody can answer, until an agent has handled it (L-01, L-02, L-06)."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chat.offline.assignment import ForSomebody
from chat.offline.replies import Answerable
from chat.places.places import place_of
from chat.registration.registration import Registration, registration_of
from chat.styles.sites import Site
from chat.visitors.referrers import domain_of
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.clock import now
from core.db import TenantModel, db, identity, lock, record
from core.errors import Invalid, NotFound
from core.events import dataclass_event
from core.text import tidy, tidy_lines
from tenants.companies.company import current_company
from tenants.people.members import Member

# These have places of their own on a message; the rest stands among its answers.
ADDRESS = ("name", "email", "phone")


@dataclass_event
class OfflineMessageLeft:
    company_id: int
    offline_message_id: int


@dataclass_event
class OfflineMessageHandled:
    company_id: int
    offline_message_id: int


@dataclass_event
class OfflineMessageChanged:
    """Somebody else is to answer it, or there is something new in its thread."""

    company_id: int
    offline_message_id: int


class OfflineMessage(ForSomebody, Answerable, TenantModel):
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
    # Where he came from to this site (L-02: source).
    referrer: Mapped[str] = mapped_column(default="", server_default="")
    ip: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    handling_note: Mapped[str] = mapped_column(default="")
    # What the company asked beyond name and address: [{"label", "value"}].
    answers: Mapped[list] = mapped_column(JSONB, default=list, server_default="[]")

    visitor: Mapped[Visitor] = relationship(lazy="joined", innerjoin=True)
    site: Mapped[Site] = relationship(lazy="joined", innerjoin=True)
    handled_by: Mapped[Member | None] = relationship(lazy="joined", foreign_keys=handled_by_id)

    @classmethod
    def leave(
        cls, visitor: Visitor, site: Site, client_id: uuid.UUID, text: str, answers: dict, page_url: str = "", ip: str = ""
    ) -> "OfflineMessage":
        """Leave a message with what the site's form asks, by the fields' keys; leaving the same one again is harmless.

        Raises Invalid with the faulty fields, StyleNotInUse.
        """
        site.check_runs()
        form, text = registration_of(site), tidy_lines(text, 4000)
        filled_in = _checked(form, text, answers)
        # The message refers to its visitor: whoever changes his card must have his row first.
        lock(visitor)
        row = sa.dialects.postgresql.insert(cls).values(
            client_id=client_id,
            visitor_id=visitor.id,
            site_id=site.id,
            text=text,
            answers=form.told(filled_in, besides=ADDRESS),
            page_url=tidy(page_url, 2000),
            referrer=_referrer_of(visitor, site),
            ip=ip,
            created_at=now(),
            **{name: filled_in.get(name, "") for name in ADDRESS},
        )
        new_id = db.session.scalar(row.on_conflict_do_nothing(index_elements=[cls.client_id]).returning(cls.id))
        left = db.session.scalars(sa.select(cls).where(cls.client_id == client_id)).one()
        if left.visitor_id != visitor.id:
            raise NotFound
        if new_id is not None:
            visitor.tell(form, filled_in, site, ip, page_url)
            left.find_somebody()
            record(OfflineMessageLeft(current_company().id, new_id))
            _announce(new_id)
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

    def reopen(self) -> None:
        """It is to be handled again: the visitor has answered.  What was noted before stays."""
        self.handled_at = self.handled_by = None

    def changed(self) -> None:
        record(OfflineMessageChanged(current_company().id, self.id))

    @property
    def source(self) -> str:
        """The site he came from; "" when he came by himself."""
        return domain_of(self.referrer)

    @property
    def customer(self) -> str:
        """What to call him: as he said, as his card says, or by his number."""
        return self.name or self.visitor.name or f"#{self.visitor.id}"

    def place_in(self, language: str) -> str:
        return place_of(self.ip).name_in(language)

    def as_dict(self, language: str | None = None) -> dict:
        """As browsers hear of it, for readers of this language, or of the one in force."""
        return {
            "id": self.id,
            "visitor": self.visitor.as_dict(),
            "assigned_to": self.assigned_person,
            "site": self.site.name,
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "text": self.text,
            "page_url": self.page_url,
            "referrer_domain": self.source,
            "ip": self.ip,
            "location": self.place_in(language or str(get_locale())),
            "created_at": self.created_at.isoformat(),
            "handled_at": self.handled_at.isoformat() if self.handled_at else None,
            "handled_by": {"id": self.handled_by.id, "name": self.handled_by.name} if self.handled_by else None,
            "handling_note": self.handling_note,
            "answers": self.answers,
            "replies": [reply.as_dict() for reply in self.replies],
        }


def offline_message_for(member: Member, id: int) -> OfflineMessage:
    """The door to offline messages.  Raises NotAllowed, NotFound."""
    member.need("offline_messages.handle")
    message = db.session.get(OfflineMessage, id) if isinstance(id, int) else None
    if message is None:
        raise NotFound
    return message


def _checked(form: Registration, text: str, answers: dict) -> dict[str, str]:
    faults = {} if text else {"text": _("Write your message.")}
    try:
        filled_in = form.filled_in(answers, to_be_reached=True)
    except Invalid as invalid:
        faults |= invalid.fields
    if faults:
        raise Invalid(**faults)
    return filled_in


def _referrer_of(visitor: Visitor, site: Site) -> str:
    visit = Visit.last_of(visitor)
    return visit.referrer if visit is not None and visit.site_id == site.id else ""


def _announce(id: int) -> None:
    from chat.offline.mails import announce_offline_message  # mails know the messages they speak of

    announce_offline_message.later(offline_message_id=id)
