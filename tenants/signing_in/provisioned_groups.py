"""The groups a company's directory has told of.

A group is a department of ours: one with its name is taken over, else made.  But a group that the company has given a
role to, in the settings of single sign-on, by its name or by the directory's ID of it, sets the role of its people
instead: the first that fits decides.  Who leaves the last such group has the usual role again.

Who is in a group is what the directory says.  What somebody changes in a department by hand stays, until the directory
says otherwise of the same person.
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import TenantModel, db, identity
from core.errors import NotFound, Refusal
from tenants.people.departments import Department
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.provisioned_members import people, usual_role
from tenants.signing_in.single_sign_on import SingleSignOn

AT_MOST = 1000

provisioned_group_member = sa.Table(
    "provisioned_group_member",
    TenantModel.metadata,
    sa.Column("group_id", sa.BigInteger, sa.ForeignKey("provisioned_group.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("member_id", sa.BigInteger, sa.ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class GroupNameTaken(Refusal):
    code = "group_name_taken"
    message = _l("Another group is called {name}.")


class NoSuchPerson(Refusal):
    code = "no_such_person"
    message = _l("There is nobody with the ID {id}.")
    status = 400


class ProvisionedGroup(TenantModel):
    """A group, as the directory calls it.  Without a department it is one that gives a role."""

    __tablename__ = "provisioned_group"

    id: Mapped[int] = identity()
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    external_id: Mapped[str | None]
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    department: Mapped[Department | None] = relationship(lazy="joined")

    @classmethod
    def numbered(cls, id: int) -> "ProvisionedGroup":
        """The directory's door to groups.  Raises NotFound."""
        group = db.session.get(cls, id)
        if group is None:
            raise NotFound
        return group

    @classmethod
    def add(cls, name: str, external_id: str | None, member_ids: set[int]) -> "ProvisionedGroup":
        """Raises GroupNameTaken, NoSuchPerson, LastAdministrator."""
        cls._check_name(name)
        group = cls(name=name, name_key=name.casefold(), external_id=external_id)
        db.session.add(group)
        db.session.flush()
        group.change(name, external_id, member_ids)
        return group

    @property
    def member_ids(self) -> set[int]:
        """Of those a directory may see."""
        table = provisioned_group_member
        ids = sa.select(table.c.member_id).where(table.c.group_id == self.id)
        return set(db.session.scalars(ids.where(table.c.member_id.in_(people().with_only_columns(Member.id)))))

    def change(self, name: str, external_id: str | None, member_ids: set[int]) -> None:
        """Make it what the directory says.  Raises GroupNameTaken, NoSuchPerson, LastAdministrator."""
        if name.casefold() != self.name_key:
            self._check_name(name)
        before = self.member_ids
        _check_people(member_ids - before)
        roles = _Roles(before | member_ids)
        self.name, self.name_key, self.external_id, self.changed_at = name, name.casefold(), external_id, now()
        self._keep(added=member_ids - before, gone=before - member_ids)
        self._settle_department(member_ids, gone=before - member_ids)
        roles.settle()

    def remove(self) -> None:
        """Its people stay.  A role that it gave ends, and so does its department.  Raises LastAdministrator."""
        roles = _Roles(self.member_ids)
        department = self.department
        db.session.delete(self)
        db.session.flush()
        if department is not None:
            department.remove()
        roles.settle()

    @classmethod
    def _check_name(cls, name: str) -> None:
        if db.session.scalar(sa.select(cls).where(cls.name_key == name.casefold())):
            raise GroupNameTaken(name=name)

    def _keep(self, added: set[int], gone: set[int]) -> None:
        table = provisioned_group_member
        if added:
            db.session.execute(sa.insert(table), [{"group_id": self.id, "member_id": id} for id in added])
        if gone:
            db.session.execute(sa.delete(table).where(table.c.group_id == self.id, table.c.member_id.in_(gone)))

    def _settle_department(self, member_ids: set[int], gone: set[int]) -> None:
        # Whatever gives a role is no department, unless it was one before it gave a role.
        if self.department is None and SingleSignOn.current().role_of({self.name, self.external_id}) is not None:
            return
        if self.department is None:
            self.department = _department_called(self.name)
        elif self.department.name != self.name:
            self.department.rename(self.name)
        for member in Member.with_ids(member_ids | gone):
            self._place(member, member.id in member_ids)

    def _place(self, member: Member, belongs: bool) -> None:
        if belongs and self.department not in member.departments:
            member.departments.append(self.department)
            member.changed()
        elif not belongs and self.department in member.departments:
            member.departments.remove(self.department)
            member.changed()


class _Roles:
    """The roles that groups give to some people, before something changes and after it."""

    def __init__(self, member_ids: Iterable[int]):
        self._ids = set(member_ids)
        self._before = self._given()

    def settle(self) -> None:
        """Give them the roles they have now.  Raises LastAdministrator."""
        after = self._given()
        moves = [
            (member, role)
            for member in Member.with_ids(self._ids)
            if (role := after[member.id] or (self._before[member.id] and usual_role())) and role.id != member.role_id
        ]
        # New administrators first: who is none any more may have been the last.
        for member, role in sorted(moves, key=lambda move: not move[1].is_administrator):
            member.move_to(role)

    def _given(self) -> dict[int, Role | None]:
        table, names = provisioned_group_member, {id: set() for id in self._ids}
        theirs = sa.select(table.c.member_id, ProvisionedGroup.name, ProvisionedGroup.external_id).join(
            ProvisionedGroup, ProvisionedGroup.id == table.c.group_id
        )
        for member_id, *called in db.session.execute(theirs.where(table.c.member_id.in_(self._ids))):
            names[member_id].update(called)
        current = SingleSignOn.current()
        return {id: current.role_of(called) for id, called in names.items()}


def _department_called(name: str) -> Department:
    known = (one for one in Department.all() if one.name.casefold() == name.casefold())
    return next(known, None) or Department.add(name)


def _check_people(ids: set[int]) -> None:
    unknown = ids - set(db.session.scalars(people().with_only_columns(Member.id).where(Member.id.in_(ids))))
    if unknown:
        raise NoSuchPerson(id=min(unknown))
