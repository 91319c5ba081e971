"""Work that failed, of all kinds, in one shape: companies' jobs (mails among them), payment events, SMS, operators' mails.

What people wrote is never shown: neither a job's arguments nor a number nor a text.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from billing.stripe_events import StripeEvent
from core.db import db, transaction
from operators.audit import note
from operators.mails import OperatorMail
from operators.operator import Operator
from sms.messages import PURPOSES, STATES, Sms
from tenants.companies.company import Company
from tenants.companies.failures import FailedWork

AT_MOST = 200
# Numbers that no row can have are none.
_PICK = re.compile(r"(?P<kind>[a-z]+):(?P<id>[0-9]{1,18}|[A-Za-z]\w{0,200}):(?P<seen>[0-9]{1,9})", re.ASCII)


@dataclass(frozen=True)
class Failed:
    """One failure.  `seen` says which one was decided about: it is another number when it failed anew."""

    kind: str
    id: str
    seen: int
    what: str
    error: str
    tries: int
    at: datetime
    company: Company | None = None
    state: str = ""
    is_open: bool = True

    @property
    def pick(self) -> str:
        """As a form names it."""
        return f"{self.kind}:{self.id}:{self.seen}"


class Kind(ABC):
    """One kind of work: how it is listed, found, and done once more or never."""

    title: str

    @abstractmethod
    def newest(self, company: Company | None = None, at_most: int = AT_MOST) -> list[Failed]: ...

    @abstractmethod
    def find(self, id: str): ...

    @abstractmethod
    def shown(self, row) -> Failed: ...

    def inside(self, row) -> AbstractContextManager:
        """Puts in force whatever must be while it is decided."""
        return nullcontext()

    def replay(self, row, seen: int, by: str, reason: str) -> bool:
        return row.replay(seen)

    def discard(self, row, seen: int, by: str, reason: str) -> bool:
        return row.discard(seen)


class Work(Kind):
    title = _l("Jobs and mails")

    def newest(self, company=None, at_most=AT_MOST) -> list[Failed]:
        query = sa.select(FailedWork).where(FailedWork.state == "failed").order_by(FailedWork.failed_at.desc())
        query = query.where(FailedWork.company_id == company.id) if company else query
        return [self.shown(row) for row in db.session.scalars(query.limit(at_most))]

    def find(self, id):
        return db.session.get(FailedWork, int(id)) if id.isdecimal() else None

    def shown(self, row) -> Failed:
        about = {"what": row.job, "error": row.error, "tries": row.tries, "at": row.failed_at, "company": row.company}
        return Failed("work", str(row.id), row.times, **about, state=_("given up"), is_open=row.state == "failed")

    def inside(self, row):
        return row.company.entered()

    def replay(self, row, seen, by, reason) -> bool:
        return row.replay(by, reason, seen)

    def discard(self, row, seen, by, reason) -> bool:
        return row.discard(by, reason, seen)


class Payments(Kind):
    title = _l("Payment events")

    def newest(self, company=None, at_most=AT_MOST) -> list[Failed]:
        """An event does not say whose it is: of one company there are none."""
        return [] if company else [self.shown(row) for row in StripeEvent.unsettled(at_most=at_most)]

    def find(self, id):
        return db.session.get(StripeEvent, id)

    def shown(self, row) -> Failed:
        state = _("given up") if row.status == "dead" else _("tried again")
        about = {
            "what": f"{row.type} {row.object_id}",
            "error": row.last_error or "",
            "tries": row.tries,
            "at": row.received_at,
        }
        return Failed("stripe", row.id, row.tries, **about, state=state, is_open=row.status in ("failed", "dead"))


class Messages(Kind):
    title = _l("SMS")

    def newest(self, company=None, at_most=AT_MOST) -> list[Failed]:
        rows = Sms.troubled(company, at_most)
        ids = {row.company_id for row in rows}
        companies = {one.id: one for one in db.session.scalars(sa.select(Company).where(Company.id.in_(ids)))} if ids else {}
        return [self.shown(row, companies.get(row.company_id)) for row in rows]

    def find(self, id):
        return db.session.get(Sms, int(id)) if id.isdecimal() else None

    def shown(self, row, company=None) -> Failed:
        company = company or db.session.get(Company, row.company_id)
        about = {"what": str(PURPOSES[row.purpose]), "error": row.reason, "tries": row.tries, "at": row.created_at}
        return Failed(
            "sms", str(row.id), row.tries, **about, company=company, state=str(STATES[row.state]), is_open=row.is_open
        )


class Letters(Kind):
    title = _l("Mails to operators")

    def newest(self, company=None, at_most=AT_MOST) -> list[Failed]:
        return [] if company else [self.shown(row) for row in OperatorMail.given_up(at_most)]

    def find(self, id):
        return db.session.get(OperatorMail, int(id)) if id.isdecimal() else None

    def shown(self, row) -> Failed:
        about = {"what": row.kind, "error": "", "tries": row.tries, "at": row.given_up_at or row.created_at}
        return Failed("letter", str(row.id), row.tries, **about, state=_("given up"), is_open=row.given_up_at is not None)


KINDS: dict[str, Kind] = {"work": Work(), "stripe": Payments(), "sms": Messages(), "letter": Letters()}
DEEDS = {"replay": "work.replayed", "discard": "work.discarded"}


def found(picks: Iterable[str]) -> list[Failed]:
    """What a form picked, as it is now; what is gone meanwhile is left out."""
    return [kind.shown(row) for kind, row, _seen in map(_found, picks) if row is not None]


def decide(deed: str, picks: Iterable[str], by: Operator, reason: str) -> tuple[int, int]:
    """Replay or discard each by itself, as a key of DEEDS says.  Gives how many were, and how many were not: those had changed."""
    done = [_decided(deed, pick, by, reason) for pick in picks]
    return sum(done), len(done) - sum(done)


def _decided(deed: str, pick: str, by: Operator, reason: str) -> bool:
    with transaction():
        kind, row, seen = _found(pick)
    if row is None:
        return False
    with kind.inside(row), transaction():
        _kind, row, _seen = _found(pick)
        failed = kind.shown(row)
        if not getattr(kind, deed)(row, seen, by.email, reason):
            return False
        note(DEEDS[deed], by, failed.company, subject=f"{failed.kind}:{failed.id}", reason=reason, what=failed.what)
        return True


def _found(pick: str) -> tuple[Kind, object, int]:
    """The kind, the row (None if there is none) and what was seen of it."""
    picked = _PICK.fullmatch(pick)
    if picked is None or picked["kind"] not in KINDS:
        return KINDS["work"], None, 0
    kind = KINDS[picked["kind"]]
    return kind, kind.find(picked["id"]), int(picked["seen"])
