"""Departments: how a company groups its people (G-03)."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from core.db import TenantModel, db, identity
from core.errors import Invalid, NotFound

department_member = sa.Table(
    "department_member",
    TenantModel.metadata,
    sa.Column("department_id", sa.BigInteger, sa.ForeignKey("department.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("member_id", sa.BigInteger, sa.ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Department(TenantModel):
    """A named group of members.  A member may be in several."""

    __tablename__ = "department"

    id: Mapped[int] = identity()
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)

    @classmethod
    def all(cls) -> list["Department"]:
        return list(db.session.scalars(sa.select(cls).order_by(cls.position, cls.id)))

    @classmethod
    def numbered(cls, id: int) -> "Department":
        """Raises NotFound."""
        department = db.session.get(cls, id)
        if department is None:
            raise NotFound
        return department

    @classmethod
    def add(cls, name: str) -> "Department":
        """A new one, last in the order.  Raises Invalid(name=…)."""
        department = cls(position=1 + max((one.position for one in cls.all()), default=-1))
        department.rename(name)
        db.session.add(department)
        db.session.flush()
        return department

    def rename(self, name: str) -> None:
        """Raises Invalid(name=…)."""
        if not name:
            raise Invalid(name=_("Enter a name for this department."))
        if any(name.casefold() == other.name.casefold() for other in Department.all() if other is not self):
            raise Invalid(name=_("Another department has this name."))
        self.name = name

    def move(self, places: int) -> None:
        """Up (-1) or down (1) in the order."""
        order = Department.all()
        at = order.index(self)
        order.insert(max(0, at + places), order.pop(at))
        for position, department in enumerate(order):
            department.position = position

    def remove(self) -> None:
        """Its people stay; they are only no longer grouped by it."""
        db.session.delete(self)
