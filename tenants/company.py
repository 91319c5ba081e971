"""A company that uses Laike, as the platform knows it, and the way into its own data."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import NoCompany, Place, PlatformModel, db, identity, inside, record
from core.errors import Refusal
from core.events import dataclass_event
from tenants.entitlements import Entitled
from tenants.schemas import Schema
from tenants.seats import Seats

# Words that would mislead in an address, a mail or a support call.
RESERVED_IDS = frozenset(
    [
        "admin",
        "administrator",
        "api",
        "app",
        "assets",
        "billing",
        "console",
        "demo-site",
        "files",
        "help",
        "laike",
        "live",
        "login",
        "mail",
        "manage",
        "operator",
        "owner",
        "platform",
        "public",
        "root",
        "security",
        "sign-in",
        "sign-up",
        "static",
        "status",
        "support",
        "system",
        "test",
        "webhooks",
        "widget",
        "www",
    ]
)
_COMPANY_ID = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]\Z")

_company: ContextVar["Company | None"] = ContextVar("company", default=None)


@dataclass_event
class CompanyChanged:
    """Whether it is open is different now: nobody may go on believing what he remembers."""

    company_id: int


class CompanySuspended(Refusal):
    code = "company_suspended"
    message = _l("This company is suspended. Its administrator can contact support to open it again.")
    status = 403


def current_company() -> "Company":
    """The company in force.  Raises NoCompany outside of `Company.entered`."""
    company = _company.get()
    if company is None:
        raise NoCompany("no company is in force here")
    return company


class Company(Seats, Entitled, PlatformModel):
    """A customer of ours: its ID, its state, and where its data lives."""

    __tablename__ = "company"
    __table_args__ = (sa.CheckConstraint("status IN ('opening', 'open', 'suspended', 'closing', 'erased')", name="status"),)

    id: Mapped[int] = identity()
    company_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    schema_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.schema.id"), unique=True)
    status: Mapped[str] = mapped_column(default="opening")
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    created_at: Mapped[datetime] = mapped_column(default=now)
    suspended_at: Mapped[datetime | None]
    suspended_because: Mapped[str | None]
    # Both are written by the database whenever a grant changes (revision "ledger"): a new number that is never used again,
    # and when somebody must next be told that rights have changed.
    entitlements_version: Mapped[int] = mapped_column(default=0, server_default="0")
    rights_due_at: Mapped[datetime | None] = mapped_column(index=True)

    schema: Mapped[Schema] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def called(cls, company_id: str) -> "Company | None":
        """The company with this company ID, in whatever state but erased."""
        return db.session.scalar(sa.select(cls).where(cls.company_id == company_id.strip().lower(), cls.status != "erased"))

    @classmethod
    def numbered(cls, id: int) -> "Company | None":
        """The company with this internal number, in whatever state but erased."""
        return db.session.scalar(sa.select(cls).where(cls.id == id, cls.status != "erased"))

    @classmethod
    def of_token(cls, token: str | None) -> "tuple[Company, str] | None":
        """The open company that a session's or link's token ("17.secret") speaks of, and the secret.

        The number in front only says where to look: the secret, tried there, proves the rest.
        """
        number, dot, secret = (token or "").partition(".")
        if not dot or not re.fullmatch("[0-9]{1,18}", number):
            return None
        company = cls.numbered(int(number))
        return (company, secret) if company and company.is_open else None

    @classmethod
    def of_site(cls, key: str) -> "Company | None":
        """The open company that a site key belongs to."""
        return db.session.scalar(sa.select(cls).join(SiteKey).where(SiteKey.key == key, cls.status == "open"))

    @classmethod
    def living_in(cls, place: Place) -> "Company | None":
        """The open company whose data is at this place."""
        here = sa.and_(Schema.name == place.schema, Schema.database == place.database)
        return db.session.scalar(sa.select(cls).join(Schema).where(here, cls.status == "open"))

    @classmethod
    def all_open(cls) -> list["Company"]:
        return list(db.session.scalars(sa.select(cls).where(cls.status == "open").order_by(cls.id)))

    @property
    def place(self) -> Place:
        return Place(self.schema.name, self.schema.database)

    @property
    def is_open(self) -> bool:
        return self.status == "open"

    @contextmanager
    def entered(self) -> Iterator["Company"]:
        """Put this company in force: its role, its schema, its session.  Gives the company as that session's object."""
        with inside(self.place):
            company = db.session.merge(self, load=False)
            token = _company.set(company)
            try:
                yield company
            finally:
                _company.reset(token)

    def suspend(self, because: str) -> None:
        self.status, self.suspended_at, self.suspended_because = "suspended", now(), because
        record(CompanyChanged(self.id))

    def resume(self) -> None:
        self.status, self.suspended_at, self.suspended_because = "open", None, None
        record(CompanyChanged(self.id))

    def begin_to_close(self) -> None:
        """Let nobody in any more, before everything it has is erased."""
        self.status = "closing"
        record(CompanyChanged(self.id))


class SiteKey(PlatformModel):
    """Which company a widget's site key belongs to.  The site itself lives in the company's schema."""

    __tablename__ = "site_key"

    key: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)


class Address(PlatformModel):
    """Sign-in directory: which companies an e-mail address works for.  One address may work for several."""

    __tablename__ = "address"

    email: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), primary_key=True, index=True)

    @classmethod
    def companies_of(cls, email: str) -> list[Company]:
        """The companies this address works for, suspended ones too, oldest first."""
        return list(
            db.session.scalars(
                sa.select(Company)
                .join(cls)
                .where(cls.email == email, Company.status.in_(("open", "suspended")))
                .order_by(Company.id)
                .limit(20)
            )
        )

    @classmethod
    def enter(cls, email: str, company: Company) -> None:
        """Note that an address works for a company.  Doing so twice is harmless."""
        if db.session.get(cls, (email, company.id)) is None:
            db.session.add(cls(email=email, company_id=company.id))

    @classmethod
    def strike(cls, email: str, company: Company) -> None:
        db.session.execute(sa.delete(cls).where(cls.email == email, cls.company_id == company.id))


def is_company_id(text: str) -> bool:
    """3 to 30 lower-case letters, digits and hyphens, beginning with a letter."""
    return bool(_COMPANY_ID.match(text)) and "--" not in text
