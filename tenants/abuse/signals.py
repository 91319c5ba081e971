"""Signs that a company, or somebody who signs up, means no good: noted where they are seen, weighed, looked at by operators.

Nothing follows from a signal by itself.  Each says what was seen in ids and short facts; the same thing seen again makes
it count more often, instead of writing another.  What is about a company is gone with it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, db, identity, lock
from core.errors import Invalid
from tenants.companies.company import Company


class Kind(NamedTuple):
    """A kind of signal: what it weighs, and what it is called."""

    weight: int
    title: str


KINDS = {
    "report": Kind(15, _l("Reported by a visitor")),
    "same_network": Kind(15, _l("Several sign-ups from one network")),
    "same_domain": Kind(10, _l("Several sign-ups with one mail domain")),
    "same_address": Kind(20, _l("Several sign-ups of one person")),
    "same_trial": Kind(20, _l("Had a trial before, under another name")),
    "disposable_mail": Kind(20, _l("Mail address that is thrown away")),
    "refused_sign_up": Kind(5, _l("Keeps trying to sign up")),
    "brand": Kind(35, _l("Speaks as somebody else")),
    "secrets": Kind(35, _l("Asks for passwords or cards")),
    "deceptive_link": Kind(30, _l("Link that hides where it leads")),
    "foreign_link": Kind(5, _l("Link to somebody else's site")),
    "sms_prefix": Kind(25, _l("Many SMS to one range of numbers")),
    "sms_numbers": Kind(15, _l("SMS to many different numbers")),
    "sms_volume": Kind(15, _l("Suddenly many SMS")),
    "sms_refused": Kind(20, _l("Many SMS do not arrive")),
    "mail_volume": Kind(15, _l("Suddenly many mails")),
    "failed_payments": Kind(5, _l("Payments fail")),
    "disputes": Kind(20, _l("Disputed payments")),
    "fraud_warning": Kind(30, _l("A card network warns of fraud")),
}
STATES = {"new": _l("Not looked at yet"), "looked_at": _l("Looked at"), "dismissed": _l("Dismissed"), "acted": _l("Acted upon")}
LIVE = ("new", "looked_at")
# A signal counts so often at most, and so long after it was last seen: one that repeats for ever is still one.
COUNTS_AT_MOST = 3
COUNTS_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=180)
# From how many points on a company deserves a look, and a decision today.
WATCH, ALARMING = 30, 70


class Score(NamedTuple):
    """What a company's live signals add up to."""

    points: int

    @property
    def level(self) -> str:
        """ "calm", "watch" or "alarming"."""
        return "alarming" if self.points >= ALARMING else "watch" if self.points >= WATCH else "calm"


class Signal(PlatformModel):
    """One thing that was seen.  `key` says what makes it the same when it is seen again; `evidence` what was seen last."""

    __tablename__ = "signal"
    __table_args__ = (
        sa.CheckConstraint(f"state IN {tuple(STATES)}", name="state"),
        sa.UniqueConstraint("kind", "key"),
        sa.Index("ix_signal_live", "company_id", postgresql_where=sa.text("state IN ('new', 'looked_at')")),
    )

    id: Mapped[int] = identity()
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    kind: Mapped[str]
    key: Mapped[str]
    weight: Mapped[int]
    evidence: Mapped[dict] = mapped_column(JSONB)
    count: Mapped[int] = mapped_column(default=1)
    first_seen_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now, index=True)
    state: Mapped[str] = mapped_column(default="new")
    # The operator who decided, by the address that names him for ever, and what he said.
    settled_by: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(default="")

    company: Mapped[Company | None] = relationship(lazy="joined")

    @classmethod
    def note(cls, kind: str, key: str, company: Company | int | None, **evidence) -> None:
        """Write down what was seen, one of KINDS.  The same `key` of one company again counts once more.

        What was dismissed stays so; what had been acted upon is new again.
        """
        seen = cls._seen(kind, key, company, evidence)
        again = {
            "count": cls.count + 1,
            "last_seen_at": now(),
            "evidence": seen.excluded.evidence,
            "state": sa.case((cls.state == "acted", "new"), else_=cls.state),
        }
        db.session.execute(seen.on_conflict_do_update(index_elements=[cls.kind, cls.key], set_=again))

    @classmethod
    def note_once(cls, kind: str, key: str, company: Company | int | None, **evidence) -> None:
        """The same for what is said once: said again, with the same `key`, it changes nothing."""
        db.session.execute(cls._seen(kind, key, company, evidence).on_conflict_do_nothing())

    @classmethod
    def _seen(cls, kind: str, key: str, company: Company | int | None, evidence: dict):
        company_id = company.id if isinstance(company, Company) else company
        values = {
            "company_id": company_id, "kind": kind, "key": f"{company_id or 0}:{key}", "weight": KINDS[kind].weight,
            "evidence": evidence, "count": 1, "first_seen_at": now(), "last_seen_at": now(), "state": "new",
            "settled_by": "", "remark": "",
        }  # fmt: skip
        return insert(cls).values(values)

    @classmethod
    def numbered(cls, ids: Iterable[int]) -> "list[Signal]":
        return list(db.session.scalars(sa.select(cls).where(cls.id.in_(list(ids))).order_by(cls.id)))

    @classmethod
    def forget_old(cls) -> None:
        """Of what nobody has seen again for long.  By the schedule."""
        db.session.execute(sa.delete(cls).where(cls.last_seen_at < now() - KEPT_FOR))

    @property
    def title(self) -> str:
        return str(KINDS[self.kind].title) if self.kind in KINDS else self.kind

    @property
    def state_title(self) -> str:
        return str(STATES[self.state])

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    def settle(self, state: str, by: str, remark: str = "") -> bool:
        """Say what became of it: one of STATES.  `by` names the operator.  False when it stands so already.

        Raises Invalid(reason=…) for a dismissal without a reason.
        """
        lock(self)
        if state == "dismissed" and not remark:
            raise Invalid(reason=_l("Write why this is harmless: the next one who sees it will ask."))
        if (self.state, self.remark) == (state, remark or self.remark):
            return False
        self.state, self.settled_by, self.settled_at = state, by, now()
        self.remark = remark or self.remark
        return True


def signals_of(company_id: int, only_live: bool = True) -> list[Signal]:
    """A company's signals, the newest first."""
    mine = sa.select(Signal).where(Signal.company_id == company_id).order_by(Signal.last_seen_at.desc())
    return list(db.session.scalars(mine.where(Signal.state.in_(LIVE)) if only_live else mine))


def score_of(company_id: int) -> Score:
    return scores_of([company_id]).get(company_id, Score(0))


def scores_of(company_ids: Iterable[int]) -> dict[int, Score]:
    """The scores of those that have any live signal."""
    points, counted = live_points()
    query = sa.select(Signal.company_id, points).where(Signal.company_id.in_(list(company_ids)), *counted)
    return {id: Score(int(sum)) for id, sum in db.session.execute(query.group_by(Signal.company_id))}


def live_points() -> tuple[sa.ColumnElement, tuple]:
    """What signals add up to, and which of them count."""
    points = sa.func.sum(Signal.weight * sa.func.least(Signal.count, COUNTS_AT_MOST))
    return points, (Signal.state.in_(LIVE), Signal.last_seen_at > now() - COUNTS_FOR)
