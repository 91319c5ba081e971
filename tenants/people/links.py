"""Links that work once: to accept an invitation, to choose a new password."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import TenantModel, db, identity, transaction
from core.errors import Refusal
from core.tokens import fingerprint, new_token
from tenants.companies.company import Company, current_company
from tenants.people.members import Member

LASTS = {"password": timedelta(minutes=30), "invitation": timedelta(days=7), "networks": timedelta(minutes=30)}


class LinkUsedUp(Refusal):
    code = "link_used_up"
    message = _l("This link has been used or is too old. Ask for a new one.")
    status = 410


class Link(TenantModel):
    """A secret sent to a member by mail, for one purpose, once."""

    __tablename__ = "link"

    id: Mapped[int] = identity()
    purpose: Mapped[str]
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def make(cls, purpose: str, member: Member) -> str:
        """A new link's token; earlier ones for the same purpose stop working."""
        db.session.execute(
            sa.update(cls)
            .where(cls.member_id == member.id, cls.purpose == purpose, cls.used_at.is_(None))
            .values(used_at=now())
        )
        token = new_token()
        db.session.add(cls(purpose=purpose, member=member, token_hash=fingerprint(token), expires_at=now() + LASTS[purpose]))
        return f"{current_company().id}.{token}"

    @classmethod
    def find(cls, purpose: str, token: str, to_use: bool = False) -> "Link":
        """The link behind a token, locked if it is to be used.  Raises LinkUsedUp."""
        query = sa.select(cls).where(cls.token_hash == fingerprint(token), cls.purpose == purpose)
        link = db.session.scalar(query.with_for_update(of=cls) if to_use else query)
        if link is None or link.used_at or link.expires_at <= now() or link.member.removed_at:
            raise LinkUsedUp
        # Who is in already, by single sign-on perhaps, has a door with a second step; an invitation has none.
        if purpose == "invitation" and link.member.has_joined:
            raise LinkUsedUp
        return link

    def use(self) -> Member:
        self.used_at = now()
        return self.member


@contextmanager
def link_behind(purpose: str, token: str, to_use: bool = False) -> Iterator[Link]:
    """The link that a token from a mail opens, with its company in force, in one transaction.  Raises LinkUsedUp."""
    with transaction():
        found = Company.of_token(token)
    if found is None:
        raise LinkUsedUp
    company, secret = found
    with company.entered(), transaction():
        yield Link.find(purpose, secret, to_use)


def end_links(member: Member) -> None:
    """Make every link sent to a member so far useless: his address or password is another now, or he is gone."""
    db.session.execute(sa.update(Link).where(Link.member_id == member.id, Link.used_at.is_(None)).values(used_at=now()))
