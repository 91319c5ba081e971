"""Members: the people of a company who sign in, answer and manage (G-01, G-02, G-12, G-17, A-37)."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import TenantModel, db, identity, record
from core.errors import Invalid, NotAllowed, NotFound, Refusal
from core.events import dataclass_event
from tenants.companies.company import Address, current_company
from tenants.people.departments import Department, department_member
from tenants.people.roles import Role
from tenants.signing_in import passwords

FIRST_NUMBER = 1001


class LastAdministrator(Refusal):
    code = "last_administrator"
    message = _l("Your company needs at least one administrator. Make somebody else an administrator first.")


class BeyondOwnRights(Refusal):
    code = "beyond_own_rights"
    message = _l("{name} may do things that you may not. Only an administrator can change that.")
    status = 403


@dataclass_event
class MemberChanged:
    """Rights, name or state of a member are different now; open consoles must follow."""

    company_id: int
    member_id: int


class Member(TenantModel):
    """A person who works for the company, with an agent number."""

    __tablename__ = "member"
    __table_args__ = (
        sa.Index("uq_member_number", "number", unique=True, postgresql_where=sa.text("removed_at IS NULL")),
        sa.Index("uq_member_email", "email", unique=True, postgresql_where=sa.text("removed_at IS NULL AND email IS NOT NULL")),
    )

    id: Mapped[int] = identity()
    number: Mapped[str]
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str] = mapped_column(default="")
    photo_key: Mapped[str | None]
    password_hash: Mapped[str | None]
    role_id: Mapped[int] = mapped_column(sa.ForeignKey("role.id"), index=True)
    receives: Mapped[bool] = mapped_column(default=True)
    conversation_limit: Mapped[int | None]
    language: Mapped[str | None]
    time_zone: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    joined_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    password_changed_at: Mapped[datetime | None]
    presence: Mapped[str] = mapped_column(default="online")

    role: Mapped[Role] = relationship(lazy="joined", innerjoin=True)
    departments: Mapped[list[Department]] = relationship(
        secondary=department_member, lazy="selectin", order_by=Department.position
    )

    @classmethod
    def all(cls) -> list["Member"]:
        """Everybody who works here now, by agent number."""
        return list(
            db.session.scalars(sa.select(cls).where(cls.removed_at.is_(None)).order_by(sa.func.length(cls.number), cls.number))
        )

    @classmethod
    def with_role(cls, role: Role) -> list["Member"]:
        return [member for member in cls.all() if member.role_id == role.id]

    @classmethod
    def with_ids(cls, ids: Iterable[int]) -> list["Member"]:
        return list(db.session.scalars(sa.select(cls).where(cls.id.in_(list(ids))).order_by(cls.name)))

    @classmethod
    def known_as(cls, name: str) -> "Member | None":
        """The member who signs in with this agent number or e-mail address."""
        by = cls.email == name.casefold() if "@" in name else cls.number == name
        return db.session.scalar(sa.select(cls).where(by, cls.removed_at.is_(None)))

    @classmethod
    def next_number(cls) -> str:
        """One more than the largest number so far."""
        largest = db.session.scalar(
            sa.select(sa.func.max(sa.cast(cls.number, sa.BigInteger))).where(cls.number.regexp_match("^[0-9]{1,15}$"))
        )
        return str(max(FIRST_NUMBER, (largest or 0) + 1))

    @classmethod
    def add(cls, name: str, email: str | None, role: Role, number: str = "", password: str | None = None, **more) -> "Member":
        """A new colleague; without a password one who is still to be invited.  Raises Invalid for a taken number or address."""
        member = cls(name=name, email=email or None, role=role, number=number or cls.next_number(), **more)
        member._check_unique()
        if password is not None:
            passwords.check_strength(password, name, email or "", current_company().name)
            member._keep(password)
        member._enter()
        return member

    @property
    def is_administrator(self) -> bool:
        return self.role.is_administrator

    @property
    def has_joined(self) -> bool:
        """Whether he has ever come in: with a password of his own, or by single sign-on."""
        return self.joined_at is not None

    def may(self, permission: str) -> bool:
        return self.removed_at is None and self.role.permits(permission)

    def need(self, permission: str) -> None:
        """Raises NotAllowed without this permission."""
        if not self.may(permission):
            raise NotAllowed

    def may_all_of(self, role: Role) -> bool:
        """Whether he may do everything that this role permits."""
        if self.is_administrator:
            return True
        return not role.is_administrator and all(map(self.may, role.permissions))

    def need_all_of(self, role: Role) -> None:
        """Nobody gives away more than he has.  Raises BeyondOwnRights."""
        if not self.may_all_of(role):
            raise BeyondOwnRights(name=role.title)

    def need_every(self, permissions: Iterable[str]) -> None:
        """Ask before giving them to a role: afterwards the role may be one's own.  Raises NotAllowed."""
        for permission in permissions:
            self.need(permission)

    def need_power_over(self, other: "Member") -> None:
        """Nobody takes over, by a new address or password, who may do more than he.  Raises BeyondOwnRights."""
        if not self.may_all_of(other.role):
            raise BeyondOwnRights(name=other.name)

    def has_password(self, password: str) -> bool:
        return passwords.matches(self.password_hash, password)

    def change_password(self, password: str) -> None:
        """Set a new password.  Who calls this ends the other sessions."""
        passwords.check_strength(password, self.name, self.email or "", current_company().name)
        self._keep(password)

    def rehash(self, password: str) -> None:
        """Keep the same password under today's cost, once it is known to be right."""
        if passwords.needs_rehash(self.password_hash):
            self.password_hash = passwords.hash_password(password)

    def move_to(self, role: Role) -> None:
        if self.is_administrator and not role.is_administrator:
            self._keep_one_administrator()
        self.role = role
        self.changed()

    def change(self, name: str, number: str, email: str | None, role: Role, **more) -> None:
        """Change what a colleague is called, where he is reached, what he may do.  Raises Invalid, LastAdministrator."""
        self.name, self.number = name, number
        for field, value in more.items():
            setattr(self, field, value)
        self.change_address(email)
        self.move_to(role)

    def change_address(self, email: str | None) -> None:
        """Raises Invalid for an address or a number that a colleague has."""
        before, self.email = self.email, email or None
        self._check_unique()
        if before and before != self.email:
            Address.strike(before, current_company())
        if self.email:
            Address.enter(self.email, current_company())

    def remove(self) -> None:
        """Take a colleague off the company.  What he wrote stays, with his name."""
        if self.is_administrator:
            self._keep_one_administrator()
        self.removed_at = now()
        if self.email:
            Address.strike(self.email, current_company())
        self.changed()

    def come_back(self) -> None:
        """Somebody who was taken off works here again.  Raises Invalid for a number or an address a colleague has now."""
        self.removed_at = None
        self._check_unique()
        if self.email:
            Address.enter(self.email, current_company())
        self.changed()

    def changed(self) -> None:
        """Tell open consoles that something about this member is different now."""
        record(MemberChanged(current_company().id, self.id))

    def _keep(self, password: str) -> None:
        self.password_hash = passwords.hash_password(password)
        self.password_changed_at = now()
        self.joined_at = self.joined_at or now()

    def _keep_one_administrator(self) -> None:
        # Two administrators may demote each other at the same moment: the role's row makes them queue.
        role = db.session.scalars(sa.select(Role).where(Role.key == "administrator").with_for_update()).one()
        others = sa.select(sa.func.count()).where(
            Member.role_id == role.id, Member.removed_at.is_(None), Member.password_hash.is_not(None), Member.id != self.id
        )
        if not db.session.scalar(others):
            raise LastAdministrator

    def _enter(self) -> None:
        try:
            with db.session.begin_nested():
                db.session.add(self)
        except sa.exc.IntegrityError as error:
            # Two administrators may add a colleague in the same moment; the database decides who was first.
            raise Invalid(number=_("Another colleague has this number.")) from error
        if self.email:
            Address.enter(self.email, current_company())

    def _check_unique(self) -> None:
        with db.session.no_autoflush:
            taken = sa.select(Member).where(Member.removed_at.is_(None), Member.id != (self.id or 0))
            if db.session.scalar(taken.where(Member.number == self.number)):
                raise Invalid(number=_("Another colleague has this number."))
            if self.email and db.session.scalar(taken.where(Member.email == self.email)):
                raise Invalid(email=_("Another colleague uses this address."))


def member_for(member: Member, id: int) -> Member:
    """The door to colleagues: somebody who works at the same company as `member`.  Raises NotFound."""
    member.need("members.manage")
    found = db.session.get(Member, id)
    if found is None or found.removed_at is not None:
        raise NotFound
    return found


def remove_role(role: Role) -> None:
    """Remove a role that nobody has.  Raises RoleInUse, RoleIsFixed."""
    holders = Member.with_role(role)
    if not holders:
        # Those who left keep a role too, so that what they did can still be shown.
        db.session.execute(sa.update(Member).where(Member.role_id == role.id).values(role_id=Role.keyed("agent").id))
    role.remove(in_use_by=len(holders))


def member_to_change(member: Member, id: int) -> Member:
    """The same door, for changing him: not for somebody who may do more than oneself.  Raises NotFound, BeyondOwnRights."""
    found = member_for(member, id)
    member.need_power_over(found)
    return found
