"""Half signed in: the password was right, the second factor is still to come."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import session

from core.db import db, transaction
from core.forms import Form
from core.tokens import fingerprint
from manage.entrance.signing_in import Who, device_token
from tenants.companies.company import Company
from tenants.people.duties import has_second_factor
from tenants.people.members import Member
from tenants.signing_in.known_devices import KnownDevice

LASTS = 600
_KEPT = "halfway"


@dataclass(frozen=True)
class Halfway:
    """Who proved his password a moment ago, and what he chose beside it.  In the signed cookie: nobody can make it up."""

    who: Who
    typed: dict

    @classmethod
    def begin(cls, who: Who, form: Form) -> None:
        """What a sign-in before had begun is forgotten."""
        session.clear()
        typed = {name: form.value(name) for name in ("begin", "remember", "next")}
        session[_KEPT] = {"who": list(who), "typed": typed, "password": password_mark(who), "until": time.time() + LASTS}

    @classmethod
    def current(cls) -> "Halfway | None":
        """None for who did not come here by the password, took too long, or has another password since."""
        kept = session.get(_KEPT)
        if not kept or kept["until"] < time.time() or password_mark(Who(*kept["who"])) != kept["password"]:
            return None
        return cls(Who(*kept["who"]), kept["typed"])


def second_step_is_wanted(who: Who) -> bool:
    """Whether somebody whose password was right has a second factor, and is on no device that he trusts."""
    with _member(who) as member:
        if member is None or not has_second_factor(member):
            return False
        device = KnownDevice.of(member, device_token())
        return device is None or not device.is_trusted


def password_mark(who: Who) -> str:
    """Tells one password of somebody's from another, and nothing else about it: who has a new one since begins again."""
    with _member(who) as member:
        return fingerprint(member.password_hash or "")[:16] if member is not None else ""


@contextmanager
def _member(who: Who) -> Iterator[Member | None]:
    with transaction():
        company = Company.numbered(who.company)
    if company is None:
        yield None
        return
    with company.entered(), transaction():
        yield db.session.get(Member, who.member)
