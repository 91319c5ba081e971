"""Half signed in: the password was right, the second factor is still to come."""

import time
from dataclasses import dataclass

from flask import session

from core.db import db, transaction
from core.forms import Form
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
        session[_KEPT] = {"who": list(who), "typed": typed, "until": time.time() + LASTS}

    @classmethod
    def current(cls) -> "Halfway | None":
        """None for who did not come here by the password, or took too long."""
        kept = session.get(_KEPT)
        return cls(Who(*kept["who"]), kept["typed"]) if kept and kept["until"] > time.time() else None


def second_step_is_wanted(who: Who) -> bool:
    """Whether somebody whose password was right has a second factor, and is on no device that he trusts."""
    with transaction():
        company = Company.numbered(who.company)
    with company.entered(), transaction():
        member = db.session.get(Member, who.member)
        if member is None or not has_second_factor(member):
            return False
        device = KnownDevice.of(member, device_token())
        return device is None or not device.is_trusted
