"""One of the people who run the platform."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import PlatformModel, db, identity
from core.errors import Invalid, NotAllowed, NotFound
from operators.roles import ROLES, TITLES
from tenants.signing_in import passwords


class BeyondOwnRole(NotAllowed):
    message = _l("Your role does not allow this. Ask an owner of the platform.")


class Operator(PlatformModel):
    """Somebody with a role in ROLES.  His address names him for ever: nobody else gets it, and it never changes."""

    __tablename__ = "operator"

    id: Mapped[int] = identity()
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    created_at: Mapped[datetime] = mapped_column(default=now)
    # When he had set a password and a second factor.  Until then, and after a reset, only a link lets him in.
    joined_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]

    @classmethod
    def known_as(cls, email: str) -> "Operator | None":
        return db.session.scalar(sa.select(cls).where(cls.email == email))

    @classmethod
    def numbered(cls, id: int) -> "Operator":
        """Raises NotFound."""
        operator = db.session.get(cls, id)
        if operator is None:
            raise NotFound
        return operator

    @classmethod
    def all(cls) -> "list[Operator]":
        """Everybody there ever was, who may come in first, by name."""
        return list(db.session.scalars(sa.select(cls).order_by(cls.disabled_at.is_not(None), cls.name, cls.id)))

    @classmethod
    def add(cls, email: str, name: str, role: str, **more) -> "Operator":
        """Somebody who is still to be invited.  Raises Invalid for an address that one of us has or had."""
        if cls.known_as(email) is not None:
            raise Invalid(email=_("An operator has or had this address."))
        operator = cls(email=email, name=name, role=role, **more)
        db.session.add(operator)
        db.session.flush()
        return operator

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    @property
    def has_joined(self) -> bool:
        return self.joined_at is not None

    @property
    def role_title(self) -> str:
        return str(TITLES[self.role])

    def may(self, permission: str) -> bool:
        return permission in ROLES[self.role]

    def need(self, permission: str) -> None:
        """Raises BeyondOwnRole."""
        if not self.may(permission):
            raise BeyondOwnRole

    def has_password(self, password: str) -> bool:
        return passwords.matches(self.password_hash, password)

    def change_password(self, password: str) -> None:
        """Raises Invalid(password=…).  Who calls this ends the other sessions."""
        passwords.check_strength(password, self.name, self.email, "laike", "operator")
        self.password_hash, self.password_changed_at = passwords.hash_password(password), now()
