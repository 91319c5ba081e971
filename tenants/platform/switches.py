"""What the platform's operators can switch off when it does harm: everywhere, or for one company, for a while or until further notice.

Each switch has one obvious place that asks it, named here.  All processes know within seconds, and while the database is
away they go on with what they knew last (core/brief.py).
"""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.brief import briefly
from core.clock import now
from core.db import NoCompany, PlatformModel, db, identity, record
from core.errors import NotNow
from core.events import dataclass_event
from tenants.companies.company import Company, current_company


class Switch(NamedTuple):
    """What can be switched off: what it is called, what then happens, and whether for one company too."""

    title: str
    effect: str
    for_one: bool = True


SWITCHES = {
    # manage/entrance/sign_ups.py
    "sign_up": Switch(_l("Signing up"), _l("Nobody can open a company. The page says so and asks to come back later."), False),
    # billing/payments.py
    "payments": Switch(
        _l("Online payments"),
        _l("Nobody is sent to pay and no subscription is changed. What was paid already is still booked; wallets still pay."),
    ),
    # sms/messages.py and sms/sending.py
    "sms": Switch(
        _l("SMS"), _l("No SMS is written. Those already written wait, with their credits held, and go out afterwards.")
    ),
    # core/mail.py
    "mail": Switch(_l("Mails"), _l("No mail leaves. Those to be sent wait and go out afterwards, without losing a try.")),
    # chat/conversations/files.py
    "uploads": Switch(_l("Files"), _l("Visitors and agents cannot send files. Text and files sent earlier are not affected.")),
    # chat/invitations/invitations.py
    "invitations": Switch(_l("Invitations"), _l("No visitor is invited, neither by agents nor automatically.")),
    # chat/automatic/messages.py
    "automatic_messages": Switch(
        _l("Automatic messages"), _l("Greetings, words for those who wait and the like are not said. People go on talking.")
    ),
    # manage/scim/door.py
    "provisioning": Switch(
        _l("Provisioning by directories"), _l("Directories (SCIM) are asked to try later. Members stay as they are.")
    ),
    # tenants/signing_in/oidc.py
    "single_sign_on": Switch(
        _l("Single sign-on"), _l("Nobody is sent to an identity provider. Passwords and passkeys still work where allowed.")
    ),
    # manage/door.py
    "exports": Switch(_l("Exports"), _l("Companies cannot take tables away as files. Everybody still gets their own data.")),
}


@dataclass_event
class SwitchesChanged:
    """Something was switched off, or on again."""


class SwitchedOff(NotNow):
    code = "switched_off"
    message = _l("{title}: switched off at the moment. We are working on it. Try again later.")

    def __init__(self, name: str):
        super().__init__(title=SWITCHES[name].title)


class SwitchOff(PlatformModel):
    """One time something was off: for all companies, or for one.  `until`: when it comes back by itself."""

    __tablename__ = "switch_off"
    __table_args__ = (
        sa.Index(
            "uq_switch_off_in_force",
            "name",
            "company_id",
            unique=True,
            postgresql_where=sa.text("on_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = identity()
    name: Mapped[str]
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.company.id"))
    reason: Mapped[str]
    off_at: Mapped[datetime] = mapped_column(default=now)
    off_by: Mapped[str]
    until: Mapped[datetime | None]
    on_at: Mapped[datetime | None]
    on_by: Mapped[str] = mapped_column(default="")

    company: Mapped[Company | None] = relationship()

    @classmethod
    def in_force(cls) -> "list[SwitchOff]":
        """What is off now, for all companies first."""
        return list(db.session.scalars(sa.select(cls).where(_is_off()).order_by(cls.company_id.nulls_first(), cls.off_at)))

    @classmethod
    def past(cls, at_most: int = 50) -> "list[SwitchOff]":
        """What was off and is on again, newest first."""
        return list(db.session.scalars(sa.select(cls).where(~_is_off()).order_by(cls.id.desc()).limit(at_most)))

    @property
    def title(self) -> str:
        return str(SWITCHES[self.name].title)


def switch_off(name: str, by: str, reason: str, company: Company | None = None, until: datetime | None = None) -> None:
    """Switch something off.  If it is off already, the earlier time ends now.  Of two at the same moment the first counts."""
    switch_on(name, by, company)
    values = {"name": name, "company_id": company.id if company else None, "reason": reason, "until": until}
    db.session.execute(insert(SwitchOff).values(**values, off_at=now(), off_by=by, on_by="").on_conflict_do_nothing())


def switch_on(name: str, by: str, company: Company | None = None) -> bool:
    """Switch it on again.  False if it was not off."""
    of_company = SwitchOff.company_id == company.id if company else SwitchOff.company_id.is_(None)
    ended = sa.update(SwitchOff).where(SwitchOff.name == name, of_company, SwitchOff.on_at.is_(None))
    ids = db.session.scalars(ended.values(on_at=sa.func.least(now(), SwitchOff.until), on_by=by).returning(SwitchOff.id)).all()
    record(SwitchesChanged())
    return bool(ids)


def need(name: str, company_id: int | None = None) -> None:
    """Raises SwitchedOff if this is off, for all or for that company (else the one in force)."""
    if is_off(name, company_id):
        raise SwitchedOff(name)


def is_off(name: str, company_id: int | None = None) -> bool:
    off, moment = _off(), now().timestamp()
    whose = (None, company_id or _company_in_force()) if off else ()
    return any(off.get((name, id), 0) > moment for id in whose)


def companies_without(name: str) -> list[int]:
    """The companies for which alone this is off."""
    return [id for (one, id), until in _off().items() if one == name and id is not None]


def changed(event: SwitchesChanged) -> None:
    _off.forget()


def install(app: Flask) -> None:
    """Mails are sent by what knows nothing of switches."""
    app.extensions["before sending mail"] = lambda: need("mail")


@briefly
def _off() -> dict[tuple[str, int | None], float]:
    """What is off, and until when (seconds since 1970)."""
    columns = SwitchOff.name, SwitchOff.company_id, SwitchOff.until
    rows = db.session.execute(sa.select(*columns).where(_is_off()))
    return {(name, id): until.timestamp() if until else float("inf") for name, id, until in rows}


def _company_in_force() -> int | None:
    try:
        return current_company().id
    except NoCompany:
        return None


def _is_off() -> sa.ColumnElement[bool]:
    return SwitchOff.on_at.is_(None) & sa.or_(SwitchOff.until.is_(None), SwitchOff.until > now())
