"""How long each of a company's styles may be shown (Y-02…Y-05).  The styles themselves are the company's own.

One voucher is one year.  The first style may be tried for some days without one.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from billing.accounts import BillingAccount
from billing.grants import grant, revoke
from billing.ledger import BY_LAW
from billing.terms import months_later
from core.clock import now
from core.db import PlatformModel, db, identity
from core.errors import Refusal
from tenants.companies.company import Company
from tenants.platform.settings import limits

TRIAL = "style_trial"
VOUCHER_MONTHS = 12


class NeedsVoucher(Refusal):
    code = "needs_style_voucher"
    message = _l("Each further style needs a style voucher. Only the first one may be tried without.")


class StyleTerm(PlatformModel):
    """A style may be shown from then till then, for a reason: "style_trial", "voucher:17", "operator:9".

    Terms of one style follow each other; for as long as one runs, the company has one style more.
    """

    __tablename__ = "style_term"
    __table_args__ = (sa.Index("ix_style_term_style", "company_id", "style_id"), sa.UniqueConstraint("company_id", "reason"))
    kept_at_erasure = BY_LAW

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"))
    style_id: Mapped[int]
    reason: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def of(cls, company: Company, style_id: int) -> "list[StyleTerm]":
        """A style's terms that count, earliest first."""
        mine = sa.select(cls).where(cls.company_id == company.id, cls.style_id == style_id, cls.revoked_at.is_(None))
        return list(db.session.scalars(mine.order_by(cls.starts_at)))

    @classmethod
    def by_style(cls, company: Company) -> "dict[int, list[StyleTerm]]":
        """All terms of a company that count, earliest first, by style."""
        mine = sa.select(cls).where(cls.company_id == company.id, cls.revoked_at.is_(None)).order_by(cls.starts_at)
        terms = defaultdict(list)
        for term in db.session.scalars(mine):
            terms[term.style_id].append(term)
        return terms

    @classmethod
    def none_yet(cls, company: Company) -> bool:
        """Whether the company has never had one: then its first style may be tried."""
        return db.session.scalar(sa.select(cls.id).where(cls.company_id == company.id).limit(1)) is None

    def revoke(self, company: Company) -> None:
        """Take the term back.  What follows it stays where it is."""
        self.revoked_at = now()
        revoke(company, self.grant_reason)

    @property
    def grant_reason(self) -> str:
        return f"style:{self.style_id}:{self.reason}"


def add_term(company: Company, style_id: int, reason: str, months: int = VOUCHER_MONTHS) -> StyleTerm:
    """Let a style be shown some months longer: from the end of what it has, or from now.  Adds up under any number of hands."""
    BillingAccount.locked(company)
    starts = max([now(), *(term.ends_at for term in StyleTerm.of(company, style_id))])
    return _add(company, style_id, reason, starts, months_later(starts, months))


def try_first_style(company: Company, style_id: int) -> StyleTerm:
    """Some days without a voucher, for the first style a company ever adds (Y-04, CF-26).  Raises NeedsVoucher."""
    BillingAccount.locked(company)
    if not StyleTerm.none_yet(company):
        raise NeedsVoucher
    begins = now()
    return _add(company, style_id, TRIAL, begins, begins + timedelta(days=limits()["style_trial_days"]))


def end_terms(company: Company, style_id: int) -> None:
    """A style is gone: what was left of its terms is too, and nobody is told that they end."""
    for term in StyleTerm.of(company, style_id):
        if term.ends_at > now():
            term.revoke(company)


def style_valid_until(company: Company, style_id: int) -> datetime | None:
    """Until when a style may be shown without a gap from now on.  None: it may not be."""
    return valid_until(StyleTerm.of(company, style_id))


def valid_until(terms: Iterable[StyleTerm]) -> datetime | None:
    """The end of what runs now and of what follows it without a gap; `terms` earliest first."""
    until = None
    for term in terms:
        if term.starts_at <= (until or now()) and term.ends_at > now():
            until = term.ends_at
    return until


def last_end(terms: Iterable[StyleTerm]) -> datetime | None:
    """When the last of these was over, or will be."""
    return max((term.ends_at for term in terms), default=None)


def _add(company: Company, style_id: int, reason: str, starts: datetime, ends: datetime) -> StyleTerm:
    term = StyleTerm(company_id=company.id, style_id=style_id, reason=reason, starts_at=starts, ends_at=ends)
    db.session.add(term)
    grant(company, term.grant_reason, {"more_styles": 1}, since=starts, until=ends)
    return term
