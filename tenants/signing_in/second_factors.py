"""A member's second factor: the app and the recovery codes (core/one_time_codes.py)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import TenantModel, db, identity
from core.one_time_codes import SEALED, AppCodes, RecoveryCodes, new_secret
from core.tokens import seal
from tenants.companies.company import current_company
from tenants.people.members import Member


class SecondFactor(AppCodes, TenantModel):
    """A member's app."""

    __tablename__ = "second_factor"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, autoincrement=False)

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
            factor = cls(member_id=member.id, sealed_secret=seal(SEALED, new_secret()))
            db.session.add(factor)
            db.session.flush()
        return factor

    @classmethod
    def remove(cls, member: Member) -> None:
        """From now on his password is enough again."""
        db.session.execute(sa.delete(cls).where(cls.member_id == member.id))
        RecoveryCode.remove(member)

    @property
    def whose(self) -> tuple:
        return current_company().id, self.member_id

    def address(self, member: Member) -> str:
        """What the app reads from the picture (otpauth://…)."""
        return self.address_for(f"{current_company().company_id}:{member.email or member.number}")

    def confirm(self, member: Member, code: str) -> list[str]:
        """Ask for it from now on.  Gives the recovery codes, to be shown this once.  Raises WrongCode, TooManyTries."""
        self.use(code)
        self.confirmed_at = now()
        return RecoveryCode.make(member)


class RecoveryCode(RecoveryCodes, TenantModel):
    """Opens once instead of the app's code."""

    __tablename__ = "recovery_code"
    belongs_to = "member_id"

    id: Mapped[int] = identity()
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)

    @classmethod
    def whose(cls, member: Member) -> tuple:
        return current_company().id, member.id
