"""What the platform announces to companies' people (A-03): when, to whom, in their language.

Drafts and what is still to come may be changed; what people have read may only be ended.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from core.brief import briefly
from core.clock import now
from core.db import PlatformModel, db, identity, lock, record, transaction
from core.errors import NotFound, Refusal
from tenants.companies.company import Company, current_company
from tenants.people.members import Member
from tenants.platform.notices import LEVELS, Notice, NoticesChanged

STATES = {
    "draft": _l("draft"),
    "planned": _l("planned"),
    "running": _l("running"),
    "ended": _l("ended"),
}
_KIND = "announcement"
# How far back the look for what began or ended goes: several times as long as the time between two looks.
_LOOK_BACK = timedelta(seconds=20)


class CannotBeChanged(Refusal):
    code = "announcement_cannot_be_changed"
    message = _l("People have read this already, so it cannot be changed. End it, and write another one.")


class Announcement(PlatformModel):
    """draft → planned → running → ended.  What it says by language, and whom: each part of the audience narrows it."""

    __tablename__ = "announcement"
    __table_args__ = (
        sa.CheckConstraint(f"level IN {LEVELS}", name="level"),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > begins_at", name="schedule"),
    )

    id: Mapped[int] = identity()
    # From the form: sent twice, it is written once.
    key: Mapped[str] = mapped_column(unique=True)
    texts: Mapped[dict] = mapped_column(JSONB)
    level: Mapped[str] = mapped_column(default="info")
    link: Mapped[str] = mapped_column(default="")
    may_be_dismissed: Mapped[bool] = mapped_column(default=True)
    # "": of every plan, in every language; []: all companies.
    plan: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    company_ids: Mapped[list[int]] = mapped_column(ARRAY(sa.BigInteger), default=list)
    administrators_only: Mapped[bool] = mapped_column(default=False)
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    written_by: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def numbered(cls, id: int) -> "Announcement":
        """Raises NotFound."""
        found = db.session.get(cls, id)
        if found is None:
            raise NotFound
        return found

    @classmethod
    def keyed(cls, key: str) -> "Announcement | None":
        return db.session.scalar(sa.select(cls).where(cls.key == key))

    @classmethod
    def is_in(cls, state: str) -> sa.ColumnElement[bool]:
        """As `state` says it, for lists."""
        published, has_ended = cls.published_at.is_not(None), sa.and_(cls.ends_at.is_not(None), cls.ends_at <= now())
        return {
            "draft": ~published,
            "planned": sa.and_(published, ~has_ended, cls.begins_at > now()),
            "running": sa.and_(published, ~has_ended, cls.begins_at <= now()),
            "ended": sa.and_(published, has_ended),
        }[state]

    @property
    def state(self) -> str:
        if self.published_at is None:
            return "draft"
        if self.ends_at is not None and self.ends_at <= now():
            return "ended"
        return "planned" if self.begins_at > now() else "running"

    @property
    def may_be_changed(self) -> bool:
        return self.state in ("draft", "planned")

    @property
    def companies(self) -> list[Company]:
        """Those it is for, if it is for some only."""
        return list(db.session.scalars(sa.select(Company).where(Company.id.in_(self.company_ids)).order_by(Company.company_id)))

    def change(self, **different) -> None:
        """Raises CannotBeChanged once people have read it."""
        lock(self)
        if not self.may_be_changed:
            raise CannotBeChanged
        for name, value in different.items():
            setattr(self, name, value)
        record(NoticesChanged())

    def publish(self) -> None:
        """Let it appear as soon as its time has come."""
        if self.published_at is None:
            self.published_at = now()
            record(NoticesChanged())

    def end(self) -> bool:
        """Show it no more; one that has not begun goes back to being a draft.  False when it was not shown anyway."""
        lock(self)
        state = self.state
        if state == "planned":
            self.published_at = None
        elif state == "running":
            self.ends_at = now()
        record(NoticesChanged())
        return state in ("planned", "running")

    def discard(self) -> None:
        """Raises CannotBeChanged for one that people have read."""
        lock(self)
        if not self.may_be_changed:
            raise CannotBeChanged
        db.session.delete(self)
        record(NoticesChanged())


class AnnouncementDismissal(PlatformModel):
    """A member has read an announcement and put it away."""

    __tablename__ = "announcement_dismissal"

    announcement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("platform.announcement.id", ondelete="CASCADE"), primary_key=True
    )
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), primary_key=True, index=True)
    member_id: Mapped[int] = mapped_column(primary_key=True)


@dataclass(frozen=True)
class Told:
    """An announcement as all processes remember it for a few seconds."""

    id: int
    texts: dict
    level: str
    link: str
    may_be_dismissed: bool
    plan: str
    language: str
    company_ids: frozenset[int]
    administrators_only: bool
    begins_at: datetime
    ends_at: datetime | None

    @classmethod
    def of(cls, announcement: Announcement) -> "Told":
        values = {name: getattr(announcement, name) for name in cls.__dataclass_fields__}
        return cls(**values | {"company_ids": frozenset(announcement.company_ids)})

    def runs_at(self, moment: datetime) -> bool:
        return self.begins_at <= moment and (self.ends_at is None or moment < self.ends_at)

    def is_for(self, company: Company, reader: Member, language: str) -> bool:
        """What is in memory is asked first: rights are worked out for few announcements only."""
        return (
            (not self.company_ids or company.id in self.company_ids)
            and self.language in ("", language)
            and (not self.administrators_only or reader.is_administrator)
            and (not self.plan or company.entitlements.plan == self.plan)
        )

    def as_notice(self, language: str) -> Notice:
        id = f"{_KIND}:{self.id}" if self.may_be_dismissed else ""
        return Notice(_KIND, text_in(self.texts, language), self.level, id, self.ends_at, self.link)


@briefly
def published() -> tuple[Told, ...]:
    """What runs, and what is still to come; in the order in which it began."""
    query = sa.select(Announcement).where(
        Announcement.published_at.is_not(None), sa.or_(Announcement.ends_at.is_(None), Announcement.ends_at > now())
    )
    return tuple(Told.of(announcement) for announcement in db.session.scalars(query.order_by(Announcement.begins_at)))


def announced(reader: Member) -> Iterable[Notice]:
    """What is announced to a member of the company in force and not put away.  A source of notices."""
    company, language, moment = current_company(), str(get_locale()), now()
    running = [told for told in published() if told.runs_at(moment) and told.is_for(company, reader, language)]
    away = _put_away(company, reader, [told.id for told in running if told.may_be_dismissed])
    return [told.as_notice(language) for told in running if told.id not in away]


def dismiss(reader: Member, notice_id: str) -> None:
    """Put an announcement away, for good.  Raises NotFound for what is none, or stays as long as it is true."""
    kind, _colon, number = notice_id.partition(":")
    company, language = current_company(), str(get_locale())
    mine = {str(told.id) for told in published() if told.may_be_dismissed and told.is_for(company, reader, language)}
    if kind != _KIND or number not in mine:
        raise NotFound
    values = {"announcement_id": int(number), "company_id": company.id, "member_id": reader.id}
    db.session.execute(insert(AnnouncementDismissal).values(values).on_conflict_do_nothing())


def tell_what_begins_and_ends() -> None:
    """By the schedule, every few seconds: open consoles hear of what the clock has changed."""
    since = now() - _LOOK_BACK
    edges = [sa.and_(edge > since, edge <= now()) for edge in (Announcement.begins_at, Announcement.ends_at)]
    with transaction():
        query = sa.select(Announcement.id).where(Announcement.published_at.is_not(None), sa.or_(*edges)).limit(1)
        if db.session.scalar(query) is not None:
            record(NoticesChanged())


def text_in(texts: dict, language: str) -> str:
    """In the reader's language, or in the one there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def _put_away(company: Company, reader: Member, ids: list[int]) -> set[int]:
    if not ids:
        return set()
    mine = sa.select(AnnouncementDismissal.announcement_id).where(
        AnnouncementDismissal.announcement_id.in_(ids),
        AnnouncementDismissal.company_id == company.id,
        AnnouncementDismissal.member_id == reader.id,
    )
    return set(db.session.scalars(mine))
