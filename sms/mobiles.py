"""Mobile numbers of members, bound by a code that proves who holds the telephone (K-01, K-02)."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import TenantModel, db, identity
from core.errors import Invalid, Refusal
from core.limits import count_try
from core.tokens import fingerprint
from sms.messages import Sms
from tenants.companies.company import current_company
from tenants.people.members import Member

CODE_LASTS = timedelta(minutes=10)
GUESSES = 5
CODES = "5 per hour"


class WrongCode(Refusal):
    code = "wrong_code"
    message = _l("This code is wrong or too old. Look at the last SMS, or ask for a new code.")
    status = 422


class Mobile(TenantModel):
    """One for each member at most; it counts once the number is verified."""

    __tablename__ = "mobile"
    __table_args__ = (
        # A number that two could use to get in would open the wrong one's account.
        sa.Index("uq_mobile_verified", "number", unique=True, postgresql_where=sa.text("verified_at IS NOT NULL")),
    )

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    number: Mapped[str]
    verified_at: Mapped[datetime | None]
    alerts: Mapped[bool] = mapped_column(default=True)

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def of(cls, member: Member) -> "Mobile | None":
        return db.session.get(cls, member.id)

    @classmethod
    def verified(cls, number: str) -> "Mobile | None":
        """The one this number surely belongs to, of somebody who works here."""
        mobile = db.session.scalar(sa.select(cls).where(cls.number == number, cls.verified_at.is_not(None)))
        return mobile if mobile and mobile.member.removed_at is None else None

    @classmethod
    def alerted(cls) -> "list[Mobile]":
        """Of everybody who handles offline messages and wants to be told by SMS."""
        mobiles = db.session.scalars(sa.select(cls).where(cls.verified_at.is_not(None), cls.alerts))
        return [mobile for mobile in mobiles if mobile.member.may("offline_messages.handle")]

    @classmethod
    def bind(cls, member: Member, number: str) -> "Mobile":
        """Note a number (E.164) and send it a code.  The one bound before counts no longer.  Raises what Sms.write raises."""
        _check_free(member, number)
        mobile = cls.of(member)
        if mobile is None:
            mobile = cls(member=member, number=number)
            db.session.add(mobile)
        if mobile.number != number:
            mobile.number, mobile.verified_at = number, None
        db.session.flush()
        mobile.send_code("mobile")
        return mobile

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    def confirm(self, code: str) -> None:
        """The code has arrived: the number is his.  Raises WrongCode, Invalid(number=…)."""
        Code.use(self, "mobile", code)
        _check_free(self.member, self.number)
        self.verified_at = now()

    def send_code(self, purpose: str) -> None:
        """Send a new code for "mobile" or "password".  Raises TooManyTries and what Sms.write raises."""
        company = current_company()
        count_try(CODES, "sms codes", company.id, self.member_id)
        code = Code.make(self, purpose)
        with force_locale(self.member.language or company.language):
            text = _("%(code)s is your code for %(company)s. It lasts 10 minutes.", code=code, company=company.name)
        Sms.write(company, f"{purpose}:{fingerprint(code + str(now()))[:16]}", purpose, self.number, text, secret=code)

    def knows(self, purpose: str, code: str) -> bool:
        """Whether this is the code; it is used up then.  A wrong one counts as a guess."""
        try:
            Code.use(self, purpose, code)
        except WrongCode:
            return False
        return True

    def unbind(self) -> None:
        db.session.execute(sa.delete(Code).where(Code.member_id == self.member_id))
        db.session.delete(self)


class Code(TenantModel):
    """Six digits sent to a number, for one purpose, once, with few guesses."""

    __tablename__ = "mobile_code"

    id: Mapped[int] = identity()
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("mobile.member_id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str]
    number: Mapped[str]
    code_hash: Mapped[str]
    guesses: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    @classmethod
    def make(cls, mobile: Mobile, purpose: str) -> str:
        """A new code; the earlier ones for this purpose stop working."""
        db.session.execute(sa.delete(cls).where(cls.member_id == mobile.member_id, cls.purpose == purpose))
        digits = f"{secrets.randbelow(1_000_000):06}"
        kept = fingerprint(f"{mobile.member_id}:{purpose}:{digits}")
        code = cls(
            member_id=mobile.member_id, purpose=purpose, number=mobile.number, code_hash=kept, expires_at=now() + CODE_LASTS
        )
        db.session.add(code)
        return digits

    @classmethod
    def use(cls, mobile: Mobile, purpose: str, digits: str) -> None:
        """Raises WrongCode.  Every guess counts, also one that is refused, so who calls this keeps the transaction."""
        asked = sa.select(cls).where(cls.member_id == mobile.member_id, cls.purpose == purpose).with_for_update()
        code = db.session.scalar(asked)
        if code is None or code.used_at or code.expires_at <= now() or code.guesses >= GUESSES or code.number != mobile.number:
            raise WrongCode
        code.guesses += 1
        if code.code_hash != fingerprint(f"{mobile.member_id}:{purpose}:{digits.strip()}"):
            raise WrongCode
        code.used_at = now()


def _check_free(member: Member, number: str) -> None:
    other = Mobile.verified(number)
    if other is not None and other.member_id != member.id:
        raise Invalid(number=_("A colleague has bound this number already."))
