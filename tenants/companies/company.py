"""A company that uses Laike, as the platform knows it, and the way into its own data."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import NoCompany, Place, PlatformModel, Standstill, db, identity, inside, record
from core.errors import Refusal
from core.events import dataclass_event
from tenants.companies.schemas import Schema
from tenants.people.seats import Seats
from tenants.platform.load import working_for
from tenants.rights.entitlements import Entitled

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
    message = _l(
        "This company is suspended: you can read and export everything, and change nothing. Contact support to open it again."
    )
    status = 403


class CompanyClosed(CompanySuspended):
    code = "company_closed"
    message = _l("This company is closed: you can read and export everything until it is erased, and change nothing.")


class CompanyMoving(CompanySuspended):
    code = "company_moving"
    message = _l("Your company's data is being moved to another server. Try again in a few minutes.")
    status = 503


# Companies whose people come in.  All but the first of these only read there, and do what saas/standstill.py says.
LETS_IN = ("open", "suspended", "closing")
STANDSTILLS = {"suspended": Standstill(CompanySuspended), "closing": Standstill(CompanyClosed)}


def current_company() -> "Company":
    """The company in force.  Raises NoCompany outside of `Company.entered`."""
    company = _company.get()
    if company is None:
        raise NoCompany("no company is in force here")
    return company


class Company(Seats, Entitled, PlatformModel):
    """A customer of ours: its ID, its state, and where its data lives."""

    __tablename__ = "company"
    __table_args__ = (
        sa.CheckConstraint("status IN ('opening', 'open', 'suspended', 'closing', 'erasing', 'erased')", name="status"),
    )

    id: Mapped[int] = identity()
    company_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    schema_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.schema.id"), unique=True)
    status: Mapped[str] = mapped_column(default="opening")
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    created_at: Mapped[datetime] = mapped_column(default=now)
    suspended_at: Mapped[datetime | None]
    # What its people are told about it.
    suspended_because: Mapped[str | None]
    # Since when its data is on its way to another database.
    moving_at: Mapped[datetime | None]
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
        """The company that a session's or link's token ("17.secret") speaks of, if it lets people in, and the secret.

        The number in front only says where to look: the secret, tried there, proves the rest.
        """
        number, dot, secret = (token or "").partition(".")
        if not dot or not re.fullmatch("[0-9]{1,18}", number):
            return None
        company = cls.numbered(int(number))
        return (company, secret) if company and company.lets_in else None

    @classmethod
    def of_site(cls, key: str) -> "Company | None":
        """The company that a site key belongs to, if it lets people in."""
        return db.session.scalar(sa.select(cls).join(SiteKey).where(SiteKey.key == key, cls.status.in_(LETS_IN)))

    @classmethod
    def living_in(cls, place: Place) -> "Company | None":
        """The company whose data is at this place, if it lets people in."""
        here = sa.and_(Schema.name == place.schema, Schema.database == place.database)
        return db.session.scalar(sa.select(cls).join(Schema).where(here, cls.status.in_(LETS_IN)))

    @classmethod
    def all_open(cls) -> list["Company"]:
        return list(db.session.scalars(sa.select(cls).where(cls.status == "open").order_by(cls.id)))

    @classmethod
    def all_with_people(cls) -> list["Company"]:
        """Those whose people come in: suspended and closed ones too."""
        return list(db.session.scalars(sa.select(cls).where(cls.status.in_(LETS_IN)).order_by(cls.id)))

    @property
    def place(self) -> Place:
        return Place(self.schema.name, self.schema.database)

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return Path(current_app.config["FILES_DIR"]).resolve() / self.schema.name

    @property
    def is_open(self) -> bool:
        """Whether it works as usual."""
        return self.status == "open"

    @property
    def lets_in(self) -> bool:
        """Whether its people come in, if only to read."""
        return self.status in LETS_IN

    @property
    def standstill(self) -> Standstill | None:
        """Why nothing may be changed in it, or None if everything may."""
        return Standstill(CompanyMoving, is_total=True) if self.moving_at else STANDSTILLS.get(self.status)

    @contextmanager
    def entered(self) -> Iterator["Company"]:
        """Put this company in force: its role, its schema, its session.  Gives the company as that session's object."""
        with inside(self.place, self.standstill), working_for(self.id):
            company = db.session.merge(self, load=False)
            token = _company.set(company)
            try:
                yield company
            finally:
                _company.reset(token)

    def suspend(self, because: str) -> None:
        """Let its people read and export only, and no new visitor in.  `because` is what they are told.

        What is going on ends in peace, nothing is lost, and they can still pay (billing.md §3.10).
        """
        self.suspended_at, self.suspended_because = self.suspended_at or now(), because
        self._be("suspended")

    def resume(self) -> None:
        self.suspended_at, self.suspended_because = None, None
        self._be("open")

    def close(self) -> None:
        """As suspended, for good: until it is erased (tenants/companies/closing.py)."""
        self._be("closing")

    def reopen(self) -> None:
        """It is not closed after all; suspended it stays, if it was."""
        self._be("suspended" if self.suspended_at else "open")

    def begin_to_erase(self) -> None:
        """Let nobody in any more."""
        self._be("erasing")

    def rename(self, name: str) -> None:
        """Call it otherwise.  Its company ID stays: people sign in with it, and it stands in what was printed."""
        self.name = name
        record(CompanyChanged(self.id))

    def set_out(self) -> None:
        """Its data is being copied to another place: nothing is written until it has arrived."""
        self.moving_at = self.moving_at or now()
        record(CompanyChanged(self.id))

    def settle(self, schema: Schema | None = None) -> None:
        """It has arrived, or stays where it was."""
        self.schema, self.moving_at = schema or self.schema, None
        record(CompanyChanged(self.id))

    def _be(self, status: str) -> None:
        self.status = status
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
        """The companies this address works for, suspended and closed ones too, oldest first."""
        return list(
            db.session.scalars(
                sa.select(Company)
                .join(cls)
                .where(cls.email == email, Company.status.in_(LETS_IN))
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
