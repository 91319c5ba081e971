"""One of the people who run the platform."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import PlatformModel, db, identity
from core.errors import NotAllowed
from operators.roles import ROLES, TITLES


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
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]

    @classmethod
    def known_as(cls, email: str) -> "Operator | None":
        return db.session.scalar(sa.select(cls).where(cls.email == email))

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    @property
    def role_title(self) -> str:
        return str(TITLES[self.role])

    def may(self, permission: str) -> bool:
        return permission in ROLES[self.role]

    def need(self, permission: str) -> None:
        """Raises BeyondOwnRole."""
        if not self.may(permission):
            raise BeyondOwnRole
