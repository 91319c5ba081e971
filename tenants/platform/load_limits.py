"""How much one company may ask of the platform, where an operator has set a limit; others are not affected, and pay nothing.

Counted in whole minutes, in this process; what the other processes counted is learnt every few seconds (`compare`).  So a
limit holds for all processes together, a few seconds late, and alone while Redis is away.
"""

import time
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from flask import current_app, has_request_context
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.brief import briefly
from core.clock import now
from core.db import PlatformModel, db, identity, record
from core.errors import Refusal, TooFast
from core.events import dataclass_event
from core.heartbeats import MISSING_AFTER, Heartbeat
from core.redis import redis
from tenants.companies.company import Company
from tenants.platform.load import count_request, load

LIMITS = {
    "requests": _l("Requests a minute"),
    "messages": _l("Visitors' messages a minute"),
    "sockets": _l("Visitors connected at once"),
}
_TOGETHER_SECONDS = 120


@dataclass_event
class LoadLimitsChanged:
    """A limit was set or lifted."""


class OverLimit(TooFast):
    """Browsers keep the message, and try again."""

    message = _l("This company's traffic is limited at the moment. Try again in {seconds} s.")

    def __init__(self, seconds: int):
        super().__init__(seconds=seconds)
        self.retry_after = seconds


class TooManyConnected(Refusal):
    """Browsers come back by themselves."""

    code = "busy"
    message = _l("Very many visitors are connected right now. Try again in a minute.")
    status = 503
    retry_after = 60


class LoadLimit(PlatformModel):
    """One limit of one company, for a while or until it is lifted.  `what` is a key of LIMITS."""

    __tablename__ = "load_limit"
    __table_args__ = (
        sa.CheckConstraint("at_most >= 0", name="at_most"),
        sa.CheckConstraint("what IN ('requests', 'messages', 'sockets')", name="what"),
        sa.Index("uq_load_limit_in_force", "company_id", "what", unique=True, postgresql_where=sa.text("lifted_at IS NULL")),
    )

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"))
    what: Mapped[str]
    at_most: Mapped[int]
    reason: Mapped[str]
    set_at: Mapped[datetime] = mapped_column(default=now)
    set_by: Mapped[str]
    until: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str] = mapped_column(default="")

    company: Mapped[Company] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def in_force(cls) -> "list[LoadLimit]":
        return list(db.session.scalars(sa.select(cls).where(_holds()).order_by(cls.company_id, cls.what)))

    @classmethod
    def set(cls, company: Company, what: str, at_most: int, by: str, reason: str, until: datetime | None) -> None:
        """Limit a company from now on, in place of an earlier limit of the same kind."""
        cls.lift(company, what, by)
        values = {"company_id": company.id, "what": what, "at_most": at_most, "reason": reason, "until": until}
        db.session.execute(insert(cls).values(**values, set_at=now(), set_by=by, lifted_by="").on_conflict_do_nothing())

    @classmethod
    def lift(cls, company: Company, what: str, by: str) -> bool:
        """Limit it no longer.  False if it was not limited."""
        mine = sa.update(cls).where(cls.company_id == company.id, cls.what == what, cls.lifted_at.is_(None))
        ids = db.session.scalars(mine.values(lifted_at=sa.func.least(now(), cls.until), lifted_by=by).returning(cls.id)).all()
        record(LoadLimitsChanged())
        return bool(ids)

    @property
    def title(self) -> str:
        return str(LIMITS[self.what])


class Allowance:
    """What a company has left of a limit in the running minute."""

    def __init__(self, at_most: int):
        self.at_most = at_most
        self.minute = self.here = self.compared = self.elsewhere = 0

    def take(self, moment: float) -> bool:
        """Take one.  False when none is left."""
        self.turn(moment)
        if self.here + self.elsewhere >= self.at_most:
            return False
        self.here += 1
        return True

    def turn(self, moment: float) -> None:
        """Begin anew if another minute has begun."""
        minute = int(moment // 60)
        if minute != self.minute:
            self.minute, self.here, self.compared, self.elsewhere = minute, 0, 0, 0


class Allowances:
    """The limits in force in this process.  Asking for a company without any costs one look into a dictionary."""

    def __init__(self):
        self._of: dict[tuple[int, str], Allowance] = {}
        self._sockets: dict[int, int] = {}
        self._sockets_elsewhere: dict[int, int] = {}

    def follow(self, limits: Mapping[tuple[int, str], int], sockets_elsewhere: Mapping[int, int]) -> None:
        """From now on these hold."""
        kept, self._of = self._of, {}
        for (company_id, what), at_most in limits.items():
            if what == "sockets":
                continue
            allowance = self._of[company_id, what] = kept.get((company_id, what)) or Allowance(at_most)
            allowance.at_most = at_most
        self._sockets = {company_id: at_most for (company_id, what), at_most in limits.items() if what == "sockets"}
        self._sockets_elsewhere = dict(sockets_elsewhere)

    def need(self, company_id: int, what: str) -> None:
        """Take one of a company's allowance.  Raises OverLimit.  Never waits."""
        allowance = self._of.get((company_id, what))
        if allowance is not None and not allowance.take(moment := time.time()):
            load.of(company_id).refused += 1
            raise OverLimit(seconds=60 - int(moment % 60))

    def need_socket(self, company_id: int, connected_here: int) -> None:
        """Raises TooManyConnected if as many visitors as may be are connected already."""
        at_most = self._sockets.get(company_id)
        if at_most is not None and connected_here + self._sockets_elsewhere.get(company_id, 0) >= at_most:
            load.of(company_id).refused += 1
            raise TooManyConnected

    def compare(self) -> None:
        """Tell the other processes what was taken here, and learn what they took.  Raises RedisError."""
        moment = time.time()
        for (company_id, what), allowance in list(self._of.items()):
            allowance.turn(moment)
            key, more = f"limit:{company_id}:{what}:{allowance.minute}", allowance.here - allowance.compared
            with redis().pipeline() as pipeline:
                total, _ = pipeline.incrby(key, more).expire(key, _TOGETHER_SECONDS).execute()
            allowance.compared += more
            allowance.elsewhere = total - allowance.compared


allowances = Allowances()


def take_request(company_id: int) -> None:
    """Count a request of a company, once for each page, call or event.  Raises OverLimit."""
    if count_request(company_id):
        allowances.need(company_id, "requests")


def need_socket(company_id: int) -> None:
    """Before a visitor's socket is opened.  Raises TooManyConnected.  Does nothing while a page is answered."""
    switchboard = current_app.extensions.get("switchboard")
    if switchboard is not None and not has_request_context() and company_id in allowances._sockets:
        here = sum(line.caller.company_id == company_id and line.caller.kind == "visitor" for line in switchboard.lines())
        allowances.need_socket(company_id, here)


def changed(event: LoadLimitsChanged) -> None:
    _limits.forget()
    follow()


def follow() -> None:
    """Have the limits of now hold here.  Raises when the database is away for the first time."""
    limits = _limits()
    sockets = [company_id for company_id, what in limits if what == "sockets"]
    allowances.follow(limits, _connected_elsewhere() if sockets else {})


@briefly
def _limits() -> dict[tuple[int, str], int]:
    rows = db.session.execute(sa.select(LoadLimit.company_id, LoadLimit.what, LoadLimit.at_most).where(_holds()))
    return {(company_id, what): at_most for company_id, what, at_most in rows}


@briefly
def _connected_elsewhere() -> dict[int, int]:
    """How many visitors of each company other living processes said they hold."""
    mine = current_app.extensions.get("heart")
    alive = Heartbeat.ended_at.is_(None) & (Heartbeat.seen_at > now() - MISSING_AFTER)
    found: dict[int, int] = {}
    for process in db.session.scalars(sa.select(Heartbeat).where(alive)):
        if mine is None or not mine.is_of(process):
            for company_id, count in process.figures.get("visitors", {}).items():
                found[int(company_id)] = found.get(int(company_id), 0) + count
    return found


def _holds() -> sa.ColumnElement[bool]:
    return LoadLimit.lifted_at.is_(None) & sa.or_(LoadLimit.until.is_(None), LoadLimit.until > now())
