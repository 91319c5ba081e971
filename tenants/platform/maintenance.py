"""Maintenance: announced ahead in three languages, shown to everybody who works here, and if need be with nothing changing meanwhile.

Read only means the management centre, signing up and directories: what administrators change there is what moves and
migrations cannot bear.  Conversations go on, with files and all: each message is acknowledged or kept by the browser, and
visitors must not pay for our work.  Who cannot take messages either stops the processes; browsers keep what is written.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import format_datetime, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.brief import briefly
from core.clock import now
from core.db import PlatformModel, db, identity, record
from core.errors import NotNow
from core.events import dataclass_event
from tenants.people.members import Member
from tenants.platform.notices import Notice, NoticesChanged


@dataclass_event
class MaintenancesChanged:
    """One was announced, or called off."""


class ReadOnlyNow(NotNow):
    code = "read_only_now"
    message = _l("We are working on the platform until {until}. Until then nothing can be changed here. Conversations go on.")

    def __init__(self, ends_at: datetime):
        super().__init__(until=format_datetime(ends_at, "short"))
        self.retry_after = max(1, int((ends_at - now()).total_seconds()))


class Maintenance(PlatformModel):
    """One maintenance.  `texts` says in each language what people will notice."""

    __tablename__ = "maintenance"
    __table_args__ = (sa.CheckConstraint("begins_at < ends_at", name="order"),)

    id: Mapped[int] = identity()
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    texts: Mapped[dict[str, str]] = mapped_column(JSONB)
    is_read_only: Mapped[bool]
    announced_at: Mapped[datetime] = mapped_column(default=now)
    announced_by: Mapped[str]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str] = mapped_column(default="")

    @classmethod
    def announce(
        cls, begins_at: datetime, ends_at: datetime, texts: dict[str, str], is_read_only: bool, by: str
    ) -> "Maintenance":
        maintenance = cls(begins_at=begins_at, ends_at=ends_at, texts=texts, is_read_only=is_read_only, announced_by=by)
        db.session.add(maintenance)
        db.session.flush()
        _tell()
        return maintenance

    @classmethod
    def newest(cls, at_most: int = 50) -> "list[Maintenance]":
        return list(db.session.scalars(sa.select(cls).order_by(cls.id.desc()).limit(at_most)))

    @property
    def state(self) -> str:
        """One of "coming", "running", "over" and "cancelled"."""
        if self.cancelled_at:
            return "cancelled"
        return "coming" if now() < self.begins_at else "running" if now() < self.ends_at else "over"

    def call_off(self, by: str) -> bool:
        """It does not happen, or ends now.  False if it is over already."""
        if self.state not in ("coming", "running"):
            return False
        self.cancelled_at, self.cancelled_by = now(), by
        _tell()
        return True


class Announced(NamedTuple):
    id: int
    begins_at: datetime
    ends_at: datetime
    texts: dict[str, str]
    is_read_only: bool

    @property
    def is_running(self) -> bool:
        return self.begins_at <= now() < self.ends_at


def maintenance_notices(reader: Member) -> Iterable[Notice]:
    """What is announced or going on.  What is going on cannot be put away."""
    for one in _announced():
        if one.ends_at > now():
            text = one.texts.get(str(get_locale())) or one.texts["en"]
            yield Notice(
                "maintenance",
                f"{_when(one)} {text}",
                level="warning" if one.is_running else "info",
                id="" if one.is_running else f"maintenance:{one.id}",
                until=one.ends_at,
            )


def need_writing() -> None:
    """Raises ReadOnlyNow while nothing may be changed."""
    for one in _announced():
        if one.is_read_only and one.is_running:
            raise ReadOnlyNow(one.ends_at)


def changed(event: MaintenancesChanged) -> None:
    _announced.forget()


def _when(one: Announced) -> str:
    begins, ends = format_datetime(one.begins_at, "short"), format_datetime(one.ends_at, "short")
    said = _("Maintenance from %(begins)s to %(ends)s.", begins=begins, ends=ends)
    return f"{said} {_('Settings cannot be changed meanwhile.')}" if one.is_read_only else said


@briefly
def _announced() -> list[Announced]:
    still = Maintenance.cancelled_at.is_(None) & (Maintenance.ends_at > now())
    columns = Maintenance.id, Maintenance.begins_at, Maintenance.ends_at, Maintenance.texts, Maintenance.is_read_only
    return [Announced(*row) for row in db.session.execute(sa.select(*columns).where(still).order_by(Maintenance.begins_at))]


def _tell() -> None:
    record(MaintenancesChanged())
    record(NoticesChanged())
