"""The people a company's directory has told of, and what follows for them here.

A person is a member; what the directory calls him is kept beside.  Members it has not told of can be found and taken
over by it: until then their user name is their address, or their agent number.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from unicodedata import category

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import TenantModel, db, lock
from core.errors import NotFound, Refusal
from tenants.people.links import end_links
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.sessions import end_sessions
from tenants.signing_in.single_sign_on import SingleSignOn


class UserNameTaken(Refusal):
    code = "user_name_taken"
    message = _l("Somebody else has the user name {user_name}.")


@dataclass(frozen=True)
class Described:
    """What a directory says of somebody.  Without an address, the one we know stays."""

    user_name: str
    external_id: str | None = None
    display_name: str = ""
    formatted_name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    active: bool = True

    @property
    def name(self) -> str:
        """What colleagues and visitors read."""
        return self.display_name or self.formatted_name or self._joined or self.user_name.partition("@")[0]

    @property
    def _joined(self) -> str:
        # 王小明, but Barbara Jensen.
        if self.family_name and all(category(letter) == "Lo" for letter in self.family_name + self.given_name):
            return self.family_name + self.given_name
        return f"{self.given_name} {self.family_name}".strip()


class ProvisionedMember(TenantModel):
    """What the directory calls a member, and whether it has deactivated him."""

    __tablename__ = "provisioned_member"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, autoincrement=False)
    user_name: Mapped[str]
    # The same without regard to case: so it is compared (RFC 7643, 4.1.1).
    user_key: Mapped[str] = mapped_column(unique=True)
    external_id: Mapped[str | None]
    display_name: Mapped[str] = mapped_column(default="")
    formatted_name: Mapped[str] = mapped_column(default="")
    given_name: Mapped[str] = mapped_column(default="")
    family_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    deactivated_at: Mapped[datetime | None]

    @classmethod
    def user_key_of(cls) -> sa.ColumnElement[str]:
        """Of anybody in `people`, also of those the directory has not told of."""
        return sa.func.coalesce(cls.user_key, Member.email, Member.number)

    @classmethod
    def deactivated(cls) -> list[Member]:
        """Whom the directory has taken off."""
        theirs = sa.select(Member).join(cls, cls.member_id == Member.id)
        return list(
            db.session.scalars(
                theirs.where(cls.deactivated_at.is_not(None), Member.removed_at.is_not(None)).order_by(Member.name)
            )
        )


def people() -> sa.Select:
    """Everybody whom a directory may see, with what it has said of him: who works here, and who did until it took him off."""
    told = ProvisionedMember.member_id.is_not(None)
    return (
        sa.select(Member, ProvisionedMember)
        .outerjoin(ProvisionedMember, ProvisionedMember.member_id == Member.id)
        .where(sa.or_(Member.removed_at.is_(None), told))
    )


def person_numbered(id: int) -> tuple[Member, ProvisionedMember | None]:
    """The directory's door to people.  Raises NotFound."""
    found = db.session.execute(people().where(Member.id == id)).one_or_none()
    if found is None:
        raise NotFound
    member, told = found
    return member, told


def add_person(described: Described) -> Member:
    """A new member.  His role is the one who comes by single sign-on begins with, but never an administrator's.

    Raises UserNameTaken, Invalid for an address somebody has.
    """
    _check_user_name(described.user_name, None)
    member = Member.add(described.name, described.email, usual_role())
    told = _tell(member, None, described)
    if not described.active:
        _take_off(member, told)
    return member


def change_person(member: Member, described: Described) -> dict[str, str]:
    """Make a member what the directory says.  Returns what is different now, as the audit log keeps it.

    Raises UserNameTaken, LastAdministrator, Invalid for a number or an address somebody else has.
    """
    lock(member)
    before, told = _state(member), db.session.get(ProvisionedMember, member.id)
    _check_user_name(described.user_name, member.id)
    told = _tell(member, told, described)
    if described.active and member.removed_at is None:
        _change_address(member, described.email)
    elif described.active:
        member.email, told.deactivated_at = described.email or member.email, None
        member.come_back()
    elif member.removed_at is None:
        _change_address(member, described.email)
        _take_off(member, told)
    elif described.email:
        member.email = described.email
    if member.name != described.name:
        member.name = described.name
    after = _state(member)
    if before != after:
        member.changed()
    return {name: f"{before[name]} → {after[name]}" for name in before if before[name] != after[name]}


def remove_person(member: Member) -> None:
    """Take somebody off for good: for the directory he is no longer there.  Raises LastAdministrator."""
    lock(member)
    told = db.session.get(ProvisionedMember, member.id)
    if member.removed_at is None:
        _take_off(member, told)
    if told is not None:
        db.session.delete(told)


def usual_role() -> Role:
    """Of whom no group gives another: as the company has set it for single sign-on, else an agent's."""
    role = SingleSignOn.current().role
    return role if role is not None and not role.is_administrator else Role.keyed("agent")


def _tell(member: Member, told: ProvisionedMember | None, described: Described) -> ProvisionedMember:
    if told is None:
        told = ProvisionedMember(member_id=member.id)
        db.session.add(told)
    said = asdict(described)
    for name in ("user_name", "external_id", "display_name", "formatted_name", "given_name", "family_name"):
        setattr(told, name, said[name])
    told.user_key, told.changed_at = described.user_name.casefold(), now()
    return told


def _take_off(member: Member, told: ProvisionedMember | None) -> None:
    """What he had to do goes back to the others: whoever hears of it looks after the queue."""
    member.remove()
    end_links(member)
    end_sessions(member)
    if told is not None:
        told.deactivated_at = now()


def _change_address(member: Member, email: str) -> None:
    if email and email != member.email:
        end_links(member)
        member.change_address(email)


def _check_user_name(user_name: str, member_id: int | None) -> None:
    others = people().where(Member.id != (member_id or 0), ProvisionedMember.user_key_of() == user_name.casefold())
    if db.session.execute(others.limit(1)).first() is not None:
        raise UserNameTaken(user_name=user_name)


def _state(member: Member) -> dict[str, str]:
    return {"name": member.name, "email": member.email or "", "active": "no" if member.removed_at else "yes"}
