"""The second factor: a code from an app (TOTP, RFC 6238), with recovery codes for the day the phone is lost (ASVS 6.5).

A code opens once: the step it belongs to is remembered under a lock, so that of two who send the same code at the same
moment one is refused.  The secret is sealed; `core.tokens` has the rotating key.
"""

import io
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import db
from core.errors import Refusal
from core.limits import count_try, forget_tries
from core.tokens import fingerprint, unseal

ISSUER = "Laike"
SEALED = "second factor"
STEP_SECONDS = 30
# Clocks of phones go wrong by so many steps.
SLACK = 1
RECOVERY_CODES = 10
# Without the letters and digits that people mistake for each other: 80 bits in 16 of them.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
TRIES = ("5 per minute", "20 per hour", "50 per day")


class WrongCode(Refusal):
    code = "wrong_code"
    message = _l("That code is not right, or was used already. Wait for the next one and enter it.")
    status = 422


class AppCodes:
    """A person's app.  Until it was shown to work, `confirmed_at` is empty and nobody asks for it.

    Part of a model that says in `whose` for whom tries are counted.
    """

    whose: tuple

    sealed_secret: Mapped[str] = mapped_column(info={"sealed": SEALED})
    created_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_at: Mapped[datetime | None]
    # The last step whose code was used.
    last_step: Mapped[int] = mapped_column(default=0)

    @property
    def secret(self) -> str:
        """For showing it once, while it is being set up."""
        return unseal(SEALED, self.sealed_secret) or ""

    def address_for(self, name: str) -> str:
        """What the app reads from the picture (otpauth://…), under this name."""
        return pyotp.TOTP(self.secret).provisioning_uri(name=name, issuer_name=ISSUER)

    def use(self, code: str, browser: object = "") -> None:
        """`browser` is one he has come in with before, if he did.  Raises WrongCode, TooManyTries."""
        count_code_try(browser, *self.whose)
        # Two with the same code queue here; the second reads what the first has used.
        db.session.refresh(self, with_for_update=True)
        step = self._step_of("".join(code.split()))
        if step is None or step <= self.last_step:
            raise WrongCode
        self.last_step = step
        forget_code_tries(browser, *self.whose)

    def _step_of(self, code: str) -> int | None:
        if not self.secret:
            # Sealed by another installation: only a recovery code opens.  Codes of an empty secret anybody can work out.
            return None
        totp, step = pyotp.TOTP(self.secret), current_step()
        near = range(step - SLACK, step + SLACK + 1)
        return next((one for one in near if secrets.compare_digest(totp.generate_otp(one).encode(), code.encode())), None)


class RecoveryCodes:
    """Each opens once instead of the app's code.  Kept as a hash.

    Part of a model that says in `belongs_to` which column names the person, and in `whose` for whom tries are counted.
    """

    belongs_to: str
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]

    @classmethod
    def whose(cls, person) -> tuple:
        raise NotImplementedError

    @classmethod
    def make(cls, person) -> list[str]:
        """New ones, to be shown this once; those before stop working."""
        cls.remove(person)
        codes = ["".join(secrets.choice(ALPHABET) for _ in range(16)) for _ in range(RECOVERY_CODES)]
        db.session.add_all([cls(**{cls.belongs_to: person.id}, code_hash=fingerprint(code)) for code in codes])
        return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]

    @classmethod
    def use(cls, person, code: str, browser: object = "") -> int:
        """Says how many are left.  `browser` as for the app's code.  Raises WrongCode, TooManyTries."""
        count_code_try(browser, *cls.whose(person))
        plain = "".join(letter for letter in code.lower() if letter in ALPHABET)
        used = (
            sa.update(cls)
            .where(cls._of(person), cls.code_hash == fingerprint(plain), cls.used_at.is_(None))
            .values(used_at=now())
        )
        if db.session.execute(used).rowcount != 1:
            raise WrongCode
        forget_code_tries(browser, *cls.whose(person))
        return cls.left(person)

    @classmethod
    def left(cls, person) -> int:
        return db.session.scalar(sa.select(sa.func.count()).select_from(cls).where(cls._of(person), cls.used_at.is_(None)))

    @classmethod
    def remove(cls, person) -> None:
        db.session.execute(sa.delete(cls).where(cls._of(person)))

    @classmethod
    def _of(cls, person) -> sa.ColumnElement[bool]:
        return getattr(cls, cls.belongs_to) == person.id


@dataclass(frozen=True)
class AppKey:
    """A secret as people take it over into their app."""

    secret: str
    address: str

    @property
    def picture(self) -> Markup:
        """The address as a QR code, for the app's camera."""
        drawn = io.BytesIO()
        code = segno.make(self.address, micro=False, error="m")
        code.save(drawn, kind="svg", scale=5, border=4, light="white", xmldecl=False)
        return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn by us

    @property
    def in_fours(self) -> str:
        """For typing it in."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


def new_secret() -> str:
    return pyotp.random_base32(32)


def current_step() -> int:
    return int(now().timestamp()) // STEP_SECONDS


def looks_like_app_code(code: str) -> bool:
    """Digits alone; else it is meant to be a recovery code."""
    return code.replace(" ", "").isdecimal()


def count_code_try(browser: object, *whose: object) -> None:
    """Before a code is looked at: of a million, a guesser sees few.  Raises TooManyTries.

    The tries of a browser that somebody has come in with before count by themselves.  Those of all others count together:
    whoever knows his password and guesses from many networks uses up the tries of strangers, and keeps nobody out who was
    here before.
    """
    for rule in TRIES:
        count_try(rule, "second factor", *whose, browser)


def forget_code_tries(browser: object, *whose: object) -> None:
    for rule in TRIES:
        forget_tries(rule, "second factor", *whose, browser)
