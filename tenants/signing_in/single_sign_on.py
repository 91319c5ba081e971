"""Single sign-on by the company's own identity provider: whom it lets in, as what, and who may still use a password.

Which company somebody signs in to is decided by our configuration, before he is sent off; nothing the provider says can
change it (CVE-2026-59151).  Afterwards he is known by issuer and subject, not by his address (CVE-2023-3128).
"""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import TenantModel, db, identity
from core.errors import Refusal
from core.text import is_email, tidy
from core.tokens import seal, unseal
from tenants.people.departments import Department
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.oidc import Claims, OidcRefused, Provider

SEALED = "single sign-on"


class OnlyBySingleSignOn(Refusal):
    code = "only_by_sso"
    message = _l("Your company signs in by single sign-on only.")
    status = 403


class SingleSignOn(TenantModel):
    """The company's identity provider.  One row, or none."""

    __tablename__ = "single_sign_on"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    is_on: Mapped[bool] = mapped_column(default=False)
    issuer: Mapped[str] = mapped_column(default="")
    client_id: Mapped[str] = mapped_column(default="")
    sealed_secret: Mapped[str] = mapped_column(default="", info={"sealed": SEALED})
    # Only addresses of these count; none: all do.
    domains: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list)
    # Whether who comes for the first time becomes a member, as what and where.
    creates_members: Mapped[bool] = mapped_column(default=False)
    role_id: Mapped[int | None] = mapped_column(sa.ForeignKey("role.id", ondelete="SET NULL"))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id", ondelete="SET NULL"))
    # The claim with a person's groups, and [group, role id] in order: the first that fits decides.
    group_claim: Mapped[str] = mapped_column(default="groups")
    group_roles: Mapped[list] = mapped_column(JSONB, default=list)
    # Nobody may use his password but this administrator.
    is_only_way: Mapped[bool] = mapped_column(default=False)
    break_glass_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    changed_at: Mapped[datetime] = mapped_column(default=now)

    role: Mapped[Role | None] = relationship(lazy="joined")
    department: Mapped[Department | None] = relationship(lazy="joined")

    @classmethod
    def current(cls) -> "SingleSignOn":
        """As it is set, or what it would begin with."""
        return db.session.get(cls, 1) or cls(
            id=1, is_on=False, issuer="", client_id="", sealed_secret="", domains=[], creates_members=False,
            group_claim="groups", group_roles=[], is_only_way=False,
        )  # fmt: skip

    @classmethod
    def in_force(cls) -> "SingleSignOn | None":
        current = cls.current()
        return current if current.is_on else None

    @property
    def client_secret(self) -> str:
        return unseal(SEALED, self.sealed_secret) or ""

    def keep_secret(self, secret: str) -> None:
        self.sealed_secret = seal(SEALED, secret)

    def provider(self, redirect_uri: str) -> Provider:
        """For tenants/signing_in/oidc.py."""
        return Provider(self.issuer, self.client_id, self.client_secret, redirect_uri)

    def admit(self, claims: Claims) -> Member:
        """The member that somebody is, or becomes.  His groups decide his role, each time.  Raises OidcRefused."""
        member = MemberIdentity.member_of(claims) or self._meet(claims)
        if member.removed_at is not None:
            member = self._meet_again(claims)
        self._follow_groups(member, claims)
        return member

    def outlook(self, claims: Claims) -> str:
        """What `admit` would do, in words; for the test.  Raises OidcRefused."""
        known = MemberIdentity.member_of(claims)
        if known is not None:
            return _("Signs in as %(name)s, who was here before.", name=known.name)
        self._check_address(claims)
        member = Member.known_as(claims.email)
        if member is not None:
            return _("Signs in as %(name)s, who has the same address.", name=member.name)
        self._check_creates()
        return _("Becomes a new agent with the role %(role)s.", role=(self._role_by_groups(claims) or self._usual_role()).title)

    def role_of(self, groups: set[str]) -> Role | None:
        """The role of who is in these groups, if one of them gives any."""
        return next((role for group, id in self.group_roles if group in groups and (role := db.session.get(Role, id))), None)

    def refuse_password(self, member: Member) -> None:
        """Raises OnlyBySingleSignOn for whoever may not use his password.  Once the administrator who may has left, all may."""
        if self.is_on and self.is_only_way and member.id != self.break_glass_id:
            keeper = db.session.get(Member, self.break_glass_id) if self.break_glass_id else None
            if not member.is_administrator or (keeper is not None and keeper.removed_at is None):
                raise OnlyBySingleSignOn

    def _meet(self, claims: Claims) -> Member:
        """For the first time: somebody with his address, or somebody new."""
        self._check_address(claims)
        member = Member.known_as(claims.email)
        if member is None:
            self._check_creates()
            role = self._role_by_groups(claims) or self._usual_role()
            departments = [self.department] if self.department else []
            member = Member.add(
                tidy(claims.name, 80) or claims.email.partition("@")[0], claims.email, role, departments=departments
            )
        member.joined_at = member.joined_at or now()
        return MemberIdentity.bind(member, claims)

    def _meet_again(self, claims: Claims) -> Member:
        """Who has left comes in only if somebody has added him anew, under the address that the provider knows him by."""
        self._check_address(claims)
        member = Member.known_as(claims.email)
        if member is None:
            raise OidcRefused(
                "person",
                _("Somebody who had this identity has left the company. An administrator can invite the person again."),
            )
        member.joined_at = member.joined_at or now()
        MemberIdentity.move_to(member, claims)
        return member

    def _check_address(self, claims: Claims) -> None:
        if not is_email(claims.email):
            raise OidcRefused("person", _("The provider tells no e-mail address. Let it send the scope “email”."))
        if not claims.email_verified:
            raise OidcRefused(
                "person", _("The provider does not say that the address %(email)s is verified.", email=claims.email)
            )
        domain = claims.email.rpartition("@")[2]
        if self.domains and domain not in self.domains:
            raise OidcRefused("person", _("Addresses of %(domain)s are not admitted.", domain=domain))

    def _check_creates(self) -> None:
        if not self.creates_members:
            raise OidcRefused(
                "person",
                _("Nobody here has this address, and new people are not admitted. Ask an administrator for an invitation."),
            )

    def _usual_role(self) -> Role:
        return self.role or Role.keyed("agent")

    def _role_by_groups(self, claims: Claims) -> Role | None:
        return self.role_of(set(claims.groups(self.group_claim)))

    def _follow_groups(self, member: Member, claims: Claims) -> None:
        role = self._role_by_groups(claims)
        if role is not None and role.id != member.role_id:
            member.move_to(role)


class MemberIdentity(TenantModel):
    """Who a member is at an identity provider."""

    __tablename__ = "member_identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = identity()
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def member_of(cls, claims: Claims) -> Member | None:
        mine = sa.select(Member).join(cls, cls.member_id == Member.id)
        return db.session.scalar(mine.where(cls.issuer == claims.issuer, cls.subject == claims.subject))

    @classmethod
    def move_to(cls, member: Member, claims: Claims) -> None:
        """From now on he is this member there."""
        mine = sa.update(cls).where(cls.issuer == claims.issuer, cls.subject == claims.subject)
        db.session.execute(mine.values(member_id=member.id))

    @classmethod
    def bind(cls, member: Member, claims: Claims) -> Member:
        """Two first sign-ins of one person may meet: whoever was first decides who he is."""
        row = insert(cls).values(member_id=member.id, issuer=claims.issuer, subject=claims.subject, created_at=now())
        db.session.execute(row.on_conflict_do_nothing())
        return cls.member_of(claims)
