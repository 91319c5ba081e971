"""Who opens companies here, and how many may: companies that come from one network, one mail domain or one person.

Kept for a while only: where somebody came from is nobody's business for ever.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from core.brief import briefly
from core.clock import now
from core.db import PlatformModel, db, record, transaction
from core.errors import Refusal
from core.events import dataclass_event
from core.limits import count_try
from core.tokens import mark
from tenants.abuse.blocks import blocks
from tenants.abuse.lures import lure_in_name
from tenants.abuse.mail_domains import domain_of, is_disposable, normal_email, own_domain_of
from tenants.abuse.signals import Signal
from tenants.companies.company import Company

KEPT_FOR = timedelta(days=180)


class Limit(NamedTuple):
    """How many companies may be opened in a time; `at_most` until an operator says otherwise."""

    title: str
    time: str
    at_most: int


LIMITS = {
    "network": Limit(_l("From one network, an hour"), "hour", 10),
    "mail_domain": Limit(_l("With one mail domain, a day"), "day", 20),
    "platform": Limit(_l("On the whole platform, a day"), "day", 500),
}


class Group(NamedTuple):
    """What several sign-ups have in common, within how long, and from how many on that is a sign."""

    column: str
    within: timedelta
    begins_at: int


GROUPS = {
    "same_network": Group("network", timedelta(days=1), 3),
    "same_domain": Group("domain", timedelta(days=7), 3),
    "same_address": Group("person", timedelta(days=30), 2),
}


class TooManySignUps(Refusal):
    code = "too_many_sign_ups"
    message = _l("Very many companies are signing up right now. Try again tomorrow, or write to our support.")
    status = 429


@dataclass_event
class SignUpLimitsChanged:
    """How many may sign up is different now."""


class SignUp(PlatformModel):
    """Where a company came from.  `person` is a keyed mark of the address without its aliases: the address itself is not kept."""

    __tablename__ = "sign_up"

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    network: Mapped[str] = mapped_column(index=True)
    # "" for providers of free mail: their domain says nothing.
    domain: Mapped[str] = mapped_column(index=True)
    person: Mapped[str] = mapped_column(index=True)

    @classmethod
    def beside(cls, company_id: int, kind: str) -> tuple[str, list[int]]:
        """What a company has in common with others, and the numbers of all of them."""
        group, mine = GROUPS[kind], db.session.get_one(cls, company_id)
        column, value = getattr(cls, group.column), getattr(mine, group.column)
        same = sa.select(cls.company_id).where(column == value, column != "", cls.at > now() - group.within)
        return value, list(db.session.scalars(same.order_by(cls.company_id)))

    @classmethod
    def busiest(cls, column: str, since: datetime, at_most: int = 5) -> list[tuple[str, int]]:
        """The "network"s or "domain"s most companies came from since a moment, with how many."""
        value, count = getattr(cls, column), sa.func.count()
        query = sa.select(value, count).where(cls.at >= since, value != "").group_by(value).order_by(count.desc(), value)
        return [(value, count) for value, count in db.session.execute(query.limit(at_most))]

    @classmethod
    def count_since(cls, since: datetime) -> int:
        return db.session.scalar(sa.select(sa.func.count()).where(cls.at >= since)) or 0


class SignUpLimit(PlatformModel):
    """One of LIMITS as an operator set it."""

    __tablename__ = "sign_up_limit"

    name: Mapped[str] = mapped_column(primary_key=True)
    at_most: Mapped[int]

    @classmethod
    def keep(cls, limits: dict[str, int]) -> None:
        for name, at_most in limits.items():
            row = insert(cls).values(name=name, at_most=at_most)
            db.session.execute(row.on_conflict_do_update(index_elements=[cls.name], set_={"at_most": at_most}))
        record(SignUpLimitsChanged())


@briefly
def sign_up_limits() -> dict[str, int]:
    """How many of each of LIMITS may be opened."""
    kept = dict(map(tuple, db.session.execute(sa.select(SignUpLimit.name, SignUpLimit.at_most))))
    return {name: kept.get(name, limit.at_most) for name, limit in LIMITS.items()}


def limits_changed(event: SignUpLimitsChanged) -> None:
    sign_up_limits.forget()


def admit(ip: str, network: str, email: str) -> None:
    """Let somebody sign up, and count it.  Raises SignUpRefused, TooManyTries, TooManySignUps.

    Whoever is refused and goes on trying is a signal.
    """
    try:
        blocks().check_sign_up(ip, email)
        _count(network, own_domain_of(email))
    except Refusal as refusal:
        with transaction():
            seen = {"network": network, "domain": domain_of(email), "why": refusal.code}
            Signal.note("refused_sign_up", f"{network}:{_today()}", None, **seen)
        raise


def note_sign_up(company: Company, network: str, email: str) -> None:
    """Remember where a company came from, and look at what it has in common with others.

    Two transactions: of two that come at the same moment at least one sees both.
    """
    with transaction():
        person = mark("sign-up", normal_email(email))
        db.session.add(SignUp(company_id=company.id, network=network, domain=own_domain_of(email), person=person))
    with transaction():
        for kind in GROUPS:
            _note_group(company, kind)
        if is_disposable(domain_of(email)):
            Signal.note("disposable_mail", domain_of(email), company, domain=domain_of(email))
        note_name(company, [own_domain_of(email)])


def note_name(company: Company, own_hosts: list[str]) -> None:
    """Whether a company bears somebody else's name: at sign-up, and whenever it changes its name."""
    if lure := lure_in_name(company.name, own_hosts):
        Signal.note(lure.kind, f"name:{company.name}", company, place="name", found=lure.found)


def forget_old_sign_ups() -> None:
    """By the schedule."""
    with transaction():
        db.session.execute(sa.delete(SignUp).where(SignUp.at < now() - KEPT_FOR))
        Signal.forget_old()


def _note_group(company: Company, kind: str) -> None:
    value, ids = SignUp.beside(company.id, kind)
    if len(ids) < GROUPS[kind].begins_at:
        return
    shown = {} if kind == "same_address" else {GROUPS[kind].column: value}
    # In one order, as everybody does: two who note the same group wait for each other in a row, not in a circle.
    for id in ids:
        Signal.note(kind, value, id, **shown, companies=ids)


def _count(network: str, domain: str) -> None:
    at_most = sign_up_limits()
    count_try(f"{at_most['network']} per hour", "sign-up", network)
    try:
        if domain:
            count_try(f"{at_most['mail_domain']} per day", "sign-ups of", domain)
        count_try(f"{at_most['platform']} per day", "sign-ups")
    except Refusal as refusal:
        raise TooManySignUps from refusal


def _today() -> date:
    return now().date()
