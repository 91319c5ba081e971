"""The second factor: a code from an app (TOTP, RFC 6238), with recovery codes for the day the phone is lost (ASVS 6.5).

A code opens once: the step it belongs to is remembered under a lock, so that of two who send the same code at the same
moment one is refused.  The secret is sealed; `core.tokens` has the rotating key.
"""

import secrets
from datetime import datetime

import pyotp
import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import TenantModel, db, identity
from core.errors import Refusal
from core.limits import count_try, forget_tries
from core.tokens import fingerprint, seal, unseal
from tenants.company import current_company
from tenants.members import Member

ISSUER = "Laike"
SEALED = "second factor"
# Clocks of phones go wrong by so many steps of 30 seconds.
SLACK = 1
RECOVERY_CODES = 10
# Without the letters and digits that people mistake for each other: 80 bits in 16 of them.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
TRIES = ("5 per minute", "20 per hour", "50 per day")


class WrongCode(Refusal):
    code = "wrong_code"
    message = _l("That code is not right, or was used already. Wait for the next one and enter it.")
    status = 422


class SecondFactor(TenantModel):
    """A member's app.  Until he has shown that it works, `confirmed_at` is empty and nobody asks for it."""

    __tablename__ = "second_factor"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, autoincrement=False)
    sealed_secret: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_at: Mapped[datetime | None]
    # The last step whose code was used.
    last_step: Mapped[int] = mapped_column(default=0)

    @classmethod
    def of(cls, member: Member) -> "SecondFactor | None":
        """The one that is asked for, if there is one."""
        factor = db.session.get(cls, member.id)
        return factor if factor is not None and factor.confirmed_at is not None else None

    @classmethod
    def begin(cls, member: Member) -> "SecondFactor":
        """One to be confirmed: the one begun before, or a new one.  The confirmed one stays as it is."""
        factor = db.session.get(cls, member.id)
        if factor is None:
            factor = cls(member_id=member.id, sealed_secret=seal(SEALED, pyotp.random_base32(32)))
            db.session.add(factor)
            db.session.flush()
        return factor

    @classmethod
    def remove(cls, member: Member) -> None:
        """From now on his password is enough again."""
        db.session.execute(sa.delete(cls).where(cls.member_id == member.id))
        RecoveryCode.remove(member)

    @property
    def secret(self) -> str:
        """For showing it once, while it is being set up."""
        return unseal(SEALED, self.sealed_secret) or ""

    def address(self, member: Member) -> str:
        """What the app reads from the picture (otpauth://…)."""
        name = f"{current_company().company_id}:{member.email or member.number}"
        return pyotp.TOTP(self.secret).provisioning_uri(name=name, issuer_name=ISSUER)

    def confirm(self, member: Member, code: str) -> list[str]:
        """Ask for it from now on.  Gives the recovery codes, to be shown this once.  Raises WrongCode, TooManyTries."""
        self.use(code)
        self.confirmed_at = now()
        return RecoveryCode.make(member)

    def use(self, code: str) -> None:
        """Raises WrongCode, TooManyTries."""
        count_code_try(self.member_id)
        # Two with the same code queue here; the second reads what the first has used.
        db.session.refresh(self, with_for_update=True)
        step = self._step_of("".join(code.split()))
        if step is None or step <= self.last_step:
            raise WrongCode
        self.last_step = step
        forget_code_tries(self.member_id)

    def _step_of(self, code: str) -> int | None:
        if not self.secret:
            # Sealed by another installation: only a recovery code opens.  Codes of an empty secret anybody can work out.
            return None
        totp, step = pyotp.TOTP(self.secret), int(now().timestamp()) // 30
        near = range(step - SLACK, step + SLACK + 1)
        return next((one for one in near if secrets.compare_digest(totp.generate_otp(one).encode(), code.encode())), None)


class RecoveryCode(TenantModel):
    """Opens once instead of the app's code.  Kept as a hash."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = identity()
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]

    @classmethod
    def make(cls, member: Member) -> list[str]:
        """New ones, to be shown this once; those before stop working."""
        cls.remove(member)
        codes = ["".join(secrets.choice(ALPHABET) for _ in range(16)) for _ in range(RECOVERY_CODES)]
        db.session.add_all([cls(member_id=member.id, code_hash=fingerprint(code)) for code in codes])
        return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]

    @classmethod
    def use(cls, member: Member, code: str) -> int:
        """Says how many are left.  Raises WrongCode, TooManyTries."""
        count_code_try(member.id)
        plain = "".join(letter for letter in code.lower() if letter in ALPHABET)
        used = (
            sa.update(cls)
            .where(cls.member_id == member.id, cls.code_hash == fingerprint(plain), cls.used_at.is_(None))
            .values(used_at=now())
        )
        if db.session.execute(used).rowcount != 1:
            raise WrongCode
        forget_code_tries(member.id)
        return cls.left(member)

    @classmethod
    def left(cls, member: Member) -> int:
        return db.session.scalar(sa.select(sa.func.count()).where(cls.member_id == member.id, cls.used_at.is_(None)))

    @classmethod
    def remove(cls, member: Member) -> None:
        db.session.execute(sa.delete(cls).where(cls.member_id == member.id))


def count_code_try(member_id: int) -> None:
    """Before a code is looked at: of a million, a guesser sees few.  Raises TooManyTries."""
    for rule in TRIES:
        count_try(rule, "second factor", current_company().id, member_id)


def forget_code_tries(member_id: int) -> None:
    for rule in TRIES:
        forget_tries(rule, "second factor", current_company().id, member_id)
