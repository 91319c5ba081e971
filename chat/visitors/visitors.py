"""Visitors: recognised for ever without cookies, by a signed token the host page keeps (V-01, V-02)."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from chat.styles.sites import Site
from chat.visitors.told import Told
from core.clock import now
from core.db import TenantModel, db, identity, lock, record
from core.errors import Invalid, NotFound
from core.events import dataclass_event
from core.text import is_email, tidy, tidy_email, tidy_lines
from core.tokens import read_signed, sign
from tenants.companies.company import current_company

PURPOSE = "visitor"
IS_KNOWN = "name <> '' OR email <> '' OR phone <> '' OR company <> ''"


@dataclass_event
class CardSaved:
    company_id: int
    visitor_id: int


class Visitor(Told, TenantModel):
    """Somebody who came to one of the company's sites.  `id` is the customer number agents see."""

    __tablename__ = "visitor"
    __table_args__ = (
        sa.Index("uq_visitor_sub", "sub", unique=True, postgresql_where=sa.text("sub IS NOT NULL")),
        # Most visitors never say who they are: a search reads the others only.
        sa.Index("ix_visitor_known", "id", postgresql_where=sa.text(IS_KNOWN)),
    )

    id: Mapped[int] = identity()
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    company: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    visits_count: Mapped[int] = mapped_column(default=0)
    first_seen_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    # Who the customer's own server says he is, by its own number for him (V-22).
    sub: Mapped[str | None]
    # Whether agents may see what he is typing; None while he has not said.
    shows_typing: Mapped[bool | None]

    @classmethod
    def of_token(cls, token: str | None, site: Site) -> "Visitor | None":
        """The visitor a token speaks of, if it was made for this company and site."""
        key = key_in_token(token, current_company().id, site.key)
        return db.session.scalar(sa.select(cls).where(cls.key == key)) if key else None

    @classmethod
    def recognise(cls, token: str | None, site: Site, language: str = "") -> "Visitor":
        """The visitor this token belongs to; a new one for no token, or one that is not ours."""
        visitor = cls.of_token(token, site)
        if visitor is None:
            visitor = cls(key=str(uuid.uuid4()), language=language[:20])
            db.session.add(visitor)
            db.session.flush()
        visitor.last_seen_at = now()
        return visitor

    def token(self, site: Site) -> str:
        """What the host page keeps.  It gives a visitor's rights on this one site, nothing more."""
        return token_of_key(current_company().id, site.key, self.key)

    @property
    def is_verified(self) -> bool:
        return self.sub is not None

    def become(self, sub: str) -> bool:
        """Be whom the customer's own server says, from now on, unless he is somebody else already: then False.

        With a new key: who used this browser before him, and kept its token, must not read on.
        """
        lock(self)
        if self.sub is None:
            self.sub, self.key = sub, str(uuid.uuid4())
            db.session.flush()
        return self.sub == sub

    def may_be_previewed(self, needs_consent: bool) -> bool:
        """Whether agents may see what he is typing: as he said, or, while he has not, as the company may."""
        return not needs_consent if self.shows_typing is None else self.shows_typing

    def save_card(self, name: str, email: str, phone: str, company: str, note: str) -> None:
        """Keep what an agent knows of him (A-34).  Raises Invalid(email=…)."""
        email = tidy_email(email)
        if email and not is_email(email):
            raise Invalid(email=_("Enter an e-mail address like name@example.com."))
        self.name, self.email, self.phone = tidy(name, 80), email, tidy(phone, 40)
        self.company, self.note = tidy(company, 120), tidy_lines(note, 4000)
        self.card_changed()

    def card_changed(self) -> None:
        """Whoever has his card on the screen shall see it as it is now."""
        record(CardSaved(current_company().id, self.id))

    def as_dict(self) -> dict:
        return {"id": self.id, "number": self.id, "name": self.name, "verified": self.is_verified}

    def as_card(self) -> dict:
        return self.as_dict() | {
            "email": self.email,
            "phone": self.phone,
            "company": self.company,
            "note": self.note,
            "language": self.language,
            "visits_count": self.visits_count,
            "first_seen_at": self.first_seen_at.isoformat(),
            "last_seen_at": self.last_seen_at.isoformat(),
            "answers": self.answers,
        }


def token_of_key(company_id: int, site_key: str, key: str) -> str:
    """A visitor's token, for whoever knows his key."""
    return sign(PURPOSE, [company_id, site_key, key])


def key_in_token(token: str | None, company_id: int, site_key: str) -> str | None:
    """The key of the visitor a token speaks of, if it was made for this company and site."""
    meaning = read_signed(PURPOSE, token)
    return meaning[2] if isinstance(meaning, list) and meaning[:2] == [company_id, site_key] else None


def visitor_for(member, id: int) -> Visitor:
    """The door to visitors for the team.  Raises NotFound, NotAllowed."""
    member.need("visitors.see")
    visitor = db.session.get(Visitor, id)
    if visitor is None:
        raise NotFound
    return visitor
