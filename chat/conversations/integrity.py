"""Shows that nothing was lost: gaps that browsers report, and a line for each day that the database is asked for at night."""

import logging
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from chat.conversations.conversations import Conversation
from chat.conversations.messages import Message
from chat.conversations.said import Said
from core.clock import now
from core.db import TenantModel, db, identity, transaction
from core.errors import BadRequest
from core.limits import TooManyTries, count_try
from tenants.companies.company import Company, current_company

log = logging.getLogger(__name__)

# What went on at midnight has this long to be confirmed before the day is looked at.
AFTER_MIDNIGHT = timedelta(hours=1)
# So many days are made good when no check could run.
LOOK_BACK = 7
REPORTS = "30 per 10 minutes"
LATELY = timedelta(days=7)


class Gap(TenantModel):
    """Numbers of a conversation that somebody found missing.

    `missing` says how many are not in the database: none, when only the browser was not told in time; any is an alarm.
    """

    __tablename__ = "gap"
    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "found_by", "after_seq", "before_seq"),
        sa.CheckConstraint("found_by IN ('visitor', 'team', 'check')", name="found_by"),
    )

    id: Mapped[int] = identity()
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversation.id", ondelete="CASCADE"))
    found_by: Mapped[str]
    after_seq: Mapped[int]
    before_seq: Mapped[int]
    missing: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(default=now, index=True)

    @classmethod
    def report(cls, conversation: Conversation, by: str, after: int, before: int) -> None:
        """One end ("visitor", "team") lacks what lies between two numbers.  Ask the database whether it does too.

        Raises BadRequest for what cannot be a gap: numbers that were never given.  Reports beyond REPORTS are dropped.
        """
        if not 0 <= after < before - 1 or before > conversation.last_seq + 1:
            raise BadRequest
        try:
            count_try(REPORTS, "gaps", current_company().id, conversation.id, by)
        except TooManyTries:
            return
        between = sa.and_(Message.conversation_id == conversation.id, Message.seq > after, Message.seq < before)
        there = db.session.scalar(sa.select(sa.func.count()).where(between))
        cls.keep(conversation.id, by, after, before, missing=before - after - 1 - there)

    @classmethod
    def keep(cls, conversation_id: int, by: str, after: int, before: int, missing: int) -> None:
        """Write it down, once.  Raises the alarm when numbers are truly missing."""
        row = insert(cls).values(
            conversation_id=conversation_id,
            found_by=by,
            after_seq=after,
            before_seq=before,
            missing=missing,
            found_at=now(),
        )
        is_new = db.session.scalar(row.on_conflict_do_nothing().returning(cls.id)) is not None
        if missing and is_new:
            log.error(
                "messages missing company=%s conversation=%s after=%s before=%s missing=%s found_by=%s",
                *(current_company().id, conversation_id, after, before, missing, by),
            )

    @classmethod
    def holes(cls, since: datetime, at_most: int = 100) -> list["Gap"]:
        """Where messages are truly missing, the newest first."""
        real = sa.select(cls).where(cls.missing > 0, cls.found_at >= since)
        return list(db.session.scalars(real.order_by(cls.id.desc()).limit(at_most)))


class IntegrityDay(TenantModel):
    """What the check found of one day, in the company's zone.  Written once and never again."""

    __tablename__ = "integrity_day"

    day: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    conversations: Mapped[int]
    messages: Mapped[int]
    confirmed: Mapped[int]
    is_contiguous: Mapped[bool]
    gaps: Mapped[int]
    holes: Mapped[int]
    checked_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def check(cls, day: date) -> "IntegrityDay":
        """The day's line; looked into now if nobody has before."""
        return db.session.get(cls, day) or cls._looked_into(day)

    @classmethod
    def since(cls, day: date) -> list["IntegrityDay"]:
        """The lines from that day on, the newest first."""
        return list(db.session.scalars(sa.select(cls).where(cls.day >= day).order_by(cls.day.desc())))

    @classmethod
    def check_missing(cls) -> None:
        """Write the lines of the last days that have none."""
        today = (now() - AFTER_MIDNIGHT).astimezone(_zone()).date()
        first = max(today - timedelta(days=LOOK_BACK), current_company().created_at.astimezone(_zone()).date())
        there = {line.day for line in cls.since(first)}
        for days in range((today - first).days):
            if first + timedelta(days=days) not in there:
                cls.check(first + timedelta(days=days))

    @classmethod
    def _looked_into(cls, day: date) -> "IntegrityDay":
        began, ended = _bounds(day)
        touched = _touched(began, ended)
        for conversation in touched:
            if not conversation.is_contiguous:
                missing = max(conversation.last_seq - conversation.there, 1)
                Gap.keep(conversation.id, "check", 0, conversation.last_seq + 1, missing)
        line = insert(cls).values(
            day=day,
            conversations=len(touched),
            messages=sum(conversation.that_day for conversation in touched),
            confirmed=sum(conversation.is_confirmed for conversation in touched),
            is_contiguous=all(conversation.is_contiguous for conversation in touched),
            gaps=_reported(began, ended),
            holes=sum(not conversation.is_contiguous for conversation in touched),
            checked_at=now(),
        )
        # Two checks of one day may meet: the first to write decides.
        db.session.execute(line.on_conflict_do_nothing())
        return db.session.get_one(cls, day)


def check_companies() -> None:
    """The nightly check of every open company, each by itself.  Running it again does nothing."""
    with transaction():
        companies = Company.all_open()
    for company in companies:
        try:
            with company.entered(), transaction():
                IntegrityDay.check_missing()
                Said.catch_up()
        except Exception:
            log.exception("integrity not checked company=%s", company.id)


def _touched(began: datetime, ended: datetime) -> list[sa.Row]:
    """The conversations in which something was said between two moments, with what is there of each."""
    seq, at = Message.seq, Message.created_at
    head_then = sa.func.max(seq).filter(at < ended)
    there, that_day = sa.func.count(Message.id), sa.func.count(Message.id).filter(at >= began, at < ended)
    confirmed_by_both = sa.func.least(Conversation.visitor_confirmed_seq, Conversation.team_confirmed_seq)
    ends_right = sa.and_(
        there == Conversation.last_seq,
        sa.func.coalesce(sa.func.max(seq), 0) == Conversation.last_seq,
        sa.func.coalesce(sa.func.min(seq), 1) >= 1,
    )
    # A conversation whose messages are all gone shows by its own note of the last one.
    noted = sa.and_(Conversation.last_message_at >= began, Conversation.last_message_at < ended)
    query = (
        sa.select(
            Conversation.id,
            Conversation.last_seq,
            there.label("there"),
            that_day.label("that_day"),
            ends_right.label("is_contiguous"),
            (confirmed_by_both >= sa.func.coalesce(head_then, Conversation.last_seq)).label("is_confirmed"),
        )
        .select_from(Conversation)
        .outerjoin(Message, Message.conversation_id == Conversation.id)
        .where(Conversation.last_message_at >= began, Conversation.opened_at < ended)
        .group_by(Conversation.id)
        .having(sa.or_(that_day > 0, noted))
    )
    return list(db.session.execute(query))


def _reported(began: datetime, ended: datetime) -> int:
    """How often browsers missed something that was there."""
    there = sa.and_(Gap.missing == 0, Gap.found_at >= began, Gap.found_at < ended)
    return db.session.scalar(sa.select(sa.func.count()).where(there))


def _bounds(day: date) -> tuple[datetime, datetime]:
    return tuple(datetime.combine(one, time(), _zone()) for one in (day, day + timedelta(days=1)))


def _zone() -> ZoneInfo:
    return ZoneInfo(current_company().time_zone)
