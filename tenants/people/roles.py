"""Roles: which named permissions a member has (G-04, G-05, G-06, G-14)."""

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db import TenantModel, db, identity
from core.errors import Invalid, NotFound, Refusal

# All there is to permit, in the order people read it.
PERMISSIONS = {
    "conversations.answer": _l("Answer visitors"),
    "conversations.see_all": _l("See conversations of colleagues"),
    "offline_messages.handle": _l("Handle offline messages"),
    "visitors.see": _l("See who is on the site"),
    "presence.invisible": _l("Be invisible"),
    "agents.monitor": _l("Monitor colleagues at work"),
    "seats.release": _l("Release a colleague's seat"),
    "management.enter": _l("Enter the management centre"),
    "phrases.manage": _l("Manage the company's phrases"),
    "members.manage": _l("Manage agents and departments"),
    "roles.manage": _l("Manage roles"),
    "sites.manage": _l("Manage sites and styles"),
    "settings.manage": _l("Change company settings"),
    "records.delete": _l("Delete records"),
    "records.export": _l("Export records"),
    "audit.read": _l("Read the audit log"),
    "billing.manage": _l("Manage plan and payments"),
}
_AGENT = ["conversations.answer", "conversations.see_all", "offline_messages.handle", "visitors.see"]


class RoleInUse(Refusal):
    code = "role_in_use"
    message = _l("{count} people have this role. Give them another role first.")


class RoleIsFixed(Refusal):
    code = "role_is_fixed"
    message = _l("This role comes with the product and cannot be changed or removed.")


class Role(TenantModel):
    """A name for a set of permissions.  `key` marks the two that come with the product."""

    __tablename__ = "role"

    id: Mapped[int] = identity()
    key: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    permissions: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list)

    @classmethod
    def defaults(cls) -> list["Role"]:
        """The two roles every company begins with (G-04)."""
        return [
            cls(key="administrator", name="Administrator", permissions=list(PERMISSIONS)),
            cls(key="agent", name="Agent", permissions=list(_AGENT)),
        ]

    @classmethod
    def keyed(cls, key: str) -> "Role":
        return db.session.scalars(sa.select(cls).where(cls.key == key)).one()

    @classmethod
    def all(cls) -> list["Role"]:
        return list(db.session.scalars(sa.select(cls).order_by(cls.key.is_(None), cls.id)))

    @classmethod
    def numbered(cls, id: int | None) -> "Role":
        """Raises NotFound."""
        role = db.session.get(cls, id) if id is not None else None
        if role is None:
            raise NotFound
        return role

    @classmethod
    def add(cls, name: str, permissions: list[str]) -> "Role":
        """A role of the company's own.  Raises Invalid(name=…)."""
        role = cls(permissions=[])
        role.rename(name)
        role.allow(permissions)
        db.session.add(role)
        db.session.flush()
        return role

    @property
    def title(self) -> str:
        """The name to show: of the two that come with the product, in the reader's language."""
        return {"administrator": str(_l("Administrator")), "agent": str(_l("Agent"))}.get(self.key, self.name)

    @property
    def is_administrator(self) -> bool:
        return self.key == "administrator"

    @property
    def is_fixed(self) -> bool:
        """Whether it comes with the product: then it keeps its name and stays."""
        return self.key is not None

    def permits(self, permission: str) -> bool:
        return permits(self.key, self.permissions, permission)

    def rename(self, name: str) -> None:
        """Raises Invalid(name=…), RoleIsFixed."""
        if self.is_fixed:
            raise RoleIsFixed
        if not name:
            raise Invalid(name=_("Enter a name for this role."))
        if any(name.casefold() == other.title.casefold() for other in Role.all() if other is not self):
            raise Invalid(name=_("Another role has this name."))
        self.name = name

    def allow(self, permissions: list[str]) -> None:
        """Permit exactly these.  Unknown names are dropped; the administrator's role stays whole."""
        if self.is_administrator:
            raise RoleIsFixed
        self.permissions = [name for name in PERMISSIONS if name in permissions]

    def remove(self, in_use_by: int) -> None:
        if self.is_fixed:
            raise RoleIsFixed
        if in_use_by:
            raise RoleInUse(count=in_use_by)
        db.session.delete(self)


def permits(role_key: str | None, permissions: list[str], permission: str) -> bool:
    """Whether a role with this key and these permissions permits something."""
    # Administrators may also do what later releases add.
    return role_key == "administrator" or permission in permissions
