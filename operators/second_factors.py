"""The second factor, which no operator is without: an app, passkeys, and recovery codes for the day both are lost."""

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import passkeys
from core.clock import now
from core.db import PlatformModel, db, identity, lock
from core.errors import Refusal
from core.one_time_codes import SEALED, AppCodes, RecoveryCodes, WrongCode, looks_like_app_code, new_secret
from core.passkeys import DeviceKey
from core.tokens import fingerprint, seal
from operators.operator import Operator
from operators.sessions import OperatorSession

# One that was begun and never confirmed is not shown again after so long.
BEGUN_LASTS = timedelta(hours=1)


class LastFactor(Refusal):
    code = "last_factor"
    message = _l("Nobody comes in without a second factor. Set up another one first.")


class OperatorApp(AppCodes, PlatformModel):
    """An operator's app.  While a new one is being set up the one before still counts."""

    __tablename__ = "operator_app"
    __table_args__ = (
        sa.Index("uq_operator_app_confirmed", "operator_id", unique=True, postgresql_where=sa.text("confirmed_at IS NOT NULL")),
    )

    id: Mapped[int] = identity()
    operator_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.operator.id"), index=True)

    @classmethod
    def of(cls, operator: Operator) -> "OperatorApp | None":
        """The one that is asked for."""
        return db.session.scalar(sa.select(cls).where(cls.operator_id == operator.id, cls.confirmed_at.is_not(None)))

    @classmethod
    def begin(cls, operator: Operator) -> "OperatorApp":
        """One to be confirmed: the one begun a moment ago, or a new one."""
        begun = sa.select(cls).where(cls.operator_id == operator.id, cls.confirmed_at.is_(None))
        app = db.session.scalar(begun.where(cls.created_at > now() - BEGUN_LASTS).order_by(cls.id.desc()))
        if app is None:
            app = cls(operator_id=operator.id, sealed_secret=seal(SEALED, new_secret()))
            db.session.add(app)
            db.session.flush()
        return app

    @classmethod
    def remove(cls, operator: Operator) -> None:
        db.session.execute(sa.delete(cls).where(cls.operator_id == operator.id))

    @property
    def whose(self) -> tuple:
        return "operator", self.operator_id

    def address(self, operator: Operator) -> str:
        """What the app reads from the picture (otpauth://…)."""
        return self.address_for(f"operator:{operator.email}")

    def confirm(self, operator: Operator, code: str) -> None:
        """Ask for it from now on, in place of the one before.  Raises WrongCode, TooManyTries."""
        lock(operator)
        self.use(code)
        db.session.execute(sa.delete(OperatorApp).where(OperatorApp.operator_id == operator.id, OperatorApp.id != self.id))
        self.confirmed_at = now()


class OperatorRecoveryCode(RecoveryCodes, PlatformModel):
    """Opens once instead of the app's code."""

    __tablename__ = "operator_recovery_code"
    belongs_to = "operator_id"

    id: Mapped[int] = identity()
    operator_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.operator.id"), index=True)

    @classmethod
    def whose(cls, operator: Operator) -> tuple:
        return "operator", operator.id


class OperatorPasskey(DeviceKey, PlatformModel):
    """One of an operator's keys.  The handle kept in it is his number."""

    __tablename__ = "operator_passkey"

    id: Mapped[int] = identity()
    operator_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.operator.id"), index=True)

    operator: Mapped[Operator] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def of(cls, operator: Operator) -> "list[OperatorPasskey]":
        return list(db.session.scalars(sa.select(cls).where(cls.operator_id == operator.id).order_by(cls.id)))

    @classmethod
    def register(cls, operator: Operator, credential: str, challenge: str, name: str) -> "OperatorPasskey":
        """Keep the key a browser has made for this challenge.  Raises PasskeyRefused, TooManyPasskeys."""
        return cls.keep(credential, challenge, _origin(), name, others=cls.of(operator), operator_id=operator.id)

    @classmethod
    def proving(cls, credential: str, challenge: str) -> "OperatorPasskey":
        """The key with which a browser has signed this challenge, used now.  Raises PasskeyRefused."""
        return cls.signed_with(credential, challenge, _origin())

    @classmethod
    def remove_all(cls, operator: Operator) -> None:
        db.session.execute(sa.delete(cls).where(cls.operator_id == operator.id))

    @property
    def opens(self) -> bool:
        return self.operator.is_active and self.operator.has_joined

    def remove(self) -> None:
        """Raises LastFactor for who has no other one."""
        lock(self.operator)
        if OperatorApp.of(self.operator) is None and len(OperatorPasskey.of(self.operator)) == 1:
            raise LastFactor
        db.session.delete(self)


def making_options(operator: Operator) -> tuple[str, str]:
    """What a browser needs to make a key for an operator, as JSON; and the challenge to be kept."""
    others = OperatorPasskey.of(operator)
    return passkeys.making_options(_origin(), f"operator {operator.id}", operator.email, operator.name, others)


def using_options(operator: Operator | None = None) -> tuple[str, str]:
    """What a browser needs to sign with one of his keys, or with whichever it has; and the challenge to be kept."""
    return passkeys.using_options(_origin(), OperatorPasskey.of(operator) if operator else [])


def prove(operator: Operator, code: str, browser: str = "") -> str:
    """How a code proves that he is there, at a browser of his: by "code" or "recovery_code".  Raises WrongCode, TooManyTries."""
    known = fingerprint(browser) if OperatorSession.has_come_with(operator, browser) else ""
    if looks_like_app_code(code):
        app = OperatorApp.of(operator)
        if app is None:
            raise WrongCode
        app.use(code, known)
        return "code"
    OperatorRecoveryCode.use(operator, code, known)
    return "recovery_code"


def remove_factors(operator: Operator) -> None:
    """All of them; he does not come in until he has set one up by a new link."""
    for kind in (OperatorApp, OperatorRecoveryCode):
        kind.remove(operator)
    OperatorPasskey.remove_all(operator)


def _origin() -> str:
    return current_app.config["OPERATOR_URL"]
