"""What people did that others may ask about later: who, what, when, to what."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.chained_logs import Chained
from core.clock import now
from core.db import TenantModel, at_last, db, identity
from tenants.audit.acting import acting_operator
from tenants.audit.audit_chain import AuditHead
from tenants.people.members import Member

# Every deed there is, with the words people read.
ACTIONS = {
    "assignment.changed": _l("Assignment changed"),
    "company.changed": _l("Company settings changed"),
    "company.renamed": _l("Company renamed"),
    "company.suspended": _l("Company suspended"),
    "company.resumed": _l("Company resumed"),
    "company.closing_scheduled": _l("Closing of the company scheduled"),
    "company.closing_cancelled": _l("Closing of the company cancelled"),
    "company.export_asked": _l("Archive of the company asked for"),
    "company.export_taken": _l("Archive of the company downloaded"),
    "company.move_asked": _l("Company moved to another database"),
    "security.changed": _l("Security settings changed"),
    "own_data.taken": _l("Personal data downloaded"),
    "department.added": _l("Department added"),
    "department.renamed": _l("Department renamed"),
    "department.removed": _l("Department removed"),
    "member.added": _l("Agent added"),
    "member.changed": _l("Agent changed"),
    "member.removed": _l("Agent removed"),
    "member.invited": _l("Invitation sent"),
    "member.joined": _l("Invitation accepted"),
    "member.signed_in": _l("Signed in"),
    "mobile.bound": _l("Mobile number bound"),
    "mobile.removed": _l("Mobile number removed"),
    "billing.changed": _l("Billing details changed"),
    "order.placed": _l("Order placed"),
    "order.paid_from_wallet": _l("Bought from the wallet"),
    "subscription.changed": _l("Subscription changed"),
    "subscription.cancelled": _l("Subscription cancelled"),
    "subscription.kept": _l("Cancellation taken back"),
    "voucher.redeemed": _l("Voucher redeemed"),
    "support.asked": _l("Support access asked for"),
    "support.granted": _l("Support access granted"),
    "support.declined": _l("Support access declined"),
    "support.withdrawn": _l("Request for support access taken back"),
    "support.ended": _l("Support access ended"),
    "support.visit_began": _l("Support visit began"),
    "support.visit_ended": _l("Support visit ended"),
    "support.looked": _l("Page looked at by support"),
    "support.changed": _l("Form sent by support"),
    "support.refused": _l("Page refused to support"),
    "support.glass_broken": _l("Support looks inside without consent: emergency"),
    "support.glass_closed": _l("Emergency access ended"),
    "access.reset": _l("Access of an administrator reset"),
    "mail.sent_again": _l("Mail sent again"),
    "style.tried": _l("Style tried without a voucher"),
    "style.changed": _l("Style changed"),
    "style.returned": _l("Earlier version of a style brought back"),
    "style.copied": _l("Style copied"),
    "forwarding.confirmed": _l("Address for forwarded messages confirmed"),
    "offline_messages.exported": _l("Offline messages exported"),
    "site.removed": _l("Site and its style deleted"),
    "second_factor.added": _l("Second factor set up"),
    "passkey.added": _l("Passkey added"),
    "passkey.removed": _l("Passkey removed"),
    "sso.changed": _l("Single sign-on changed"),
    "provisioning_token.added": _l("Provisioning token made"),
    "provisioning_token.revoked": _l("Provisioning token revoked"),
    "provisioning.member_added": _l("Agent added by provisioning"),
    "provisioning.member_changed": _l("Agent changed by provisioning"),
    "provisioning.member_deactivated": _l("Agent deactivated by provisioning"),
    "provisioning.member_reactivated": _l("Agent brought back by provisioning"),
    "provisioning.member_removed": _l("Agent removed by provisioning"),
    "provisioning.group_added": _l("Group added by provisioning"),
    "provisioning.group_changed": _l("Group changed by provisioning"),
    "provisioning.group_removed": _l("Group removed by provisioning"),
    "second_factor.reset": _l("Second factor removed by an administrator"),
    "second_factor.removed": _l("Second factor removed"),
    "recovery_codes.made": _l("Recovery codes made"),
    "password.changed": _l("Password changed"),
    "password.link_sent": _l("Link for a new password sent"),
    "role.added": _l("Role added"),
    "role.changed": _l("Role changed"),
    "role.removed": _l("Role removed"),
    "seat.released": _l("Seat released"),
    "session.ended": _l("Session ended"),
    "site.added": _l("Site added"),
    "site.changed": _l("Site changed"),
    "identity_secret.added": _l("Secret for signed identities made"),
    "identity_secret.removed": _l("Secret for signed identities removed"),
    "visitor.erased": _l("Visitor erased at their own request"),
    "window.changed": _l("Chat window changed"),
}
# What the details of a deed are called; a name after what bears it.
DETAILS = {
    "name": _l("Name"),
    "company.name": _l("Company name"),
    "department.name": _l("Department name"),
    "role.name": _l("Role name"),
    "site.name": _l("Site name"),
    "number": _l("Agent number"),
    "email": _l("E-mail"),
    "phone": _l("Phone"),
    "role": _l("Role"),
    "departments": _l("Departments"),
    "receives": _l("Receives visitors"),
    "conversation_limit": _l("Conversations at a time"),
    "assignment": _l("Who answers a new visitor"),
    "prefers_last_agent": _l("Returning visitors go to the agent who served them last"),
    "return_after_minutes": _l("Minutes until the visitors of an agent who has gone wait again"),
    "answer_within_seconds": _l("Seconds in which an agent must answer"),
    "language": _l("Language"),
    "time_zone": _l("Time zone"),
    "permissions": _l("Permissions"),
    "allowed_domains": _l("Allowed domains"),
    "idle_minutes": _l("Minutes without activity"),
    "idle_presence": _l("State after that"),
    "requires_identity": _l("Only visitors your server vouches for"),
    "site": _l("Site"),
    "part": _l("Part"),
    "version": _l("Version"),
    "masks_numbers": _l("Mask card and ID numbers"),
    "asks_typing_consent": _l("Ask before agents see what visitors type"),
    "visitors_may_erase": _l("Visitors may erase what is stored about them"),
    "takes_ratings": _l("Ratings"),
    "max_upload_mb": _l("Largest file in MB"),
    "offline_intro": _l("Text above the offline form"),
    "offline_fields": _l("Fields of the offline form"),
    "show_last_conversation": _l("Show returning visitors their last conversation"),
    "mail_offline_messages": _l("Mail offline messages to the team"),
    "mails_assignee_only": _l("Only to the agent a message is assigned to"),
    "sms_offline_messages": _l("Tell agents by SMS when a visitor leaves a message"),
    "allowed_networks": _l("Allowed networks"),
    "issuer": _l("Issuer"),
    "is_on": _l("Switched on"),
    "is_only_way": _l("The only way in"),
    "second_factor": _l("Second factor required of"),
    "second_factor_roles": _l("Roles that need a second factor"),
    "password_days": _l("Days until a password must be changed"),
    "sms_passwords": _l("Let agents choose a new password by an SMS code"),
    "mobile": _l("Mobile number"),
    "order_no": _l("Order number"),
    "total": _l("Total"),
    "seats": _l("Seats"),
    "legal_name": _l("Company name on invoices"),
    "address": _l("Address"),
    "tax_id": _l("Tax number"),
    "voucher.number": _l("Number"),
    "active": _l("Works here"),
    "token": _l("Token"),
    "people": _l("People"),
    "people_added": _l("Added people"),
    "people_gone": _l("People taken out"),
    "operator": _l("Platform operator"),
    "acting_for": _l("Seen through the eyes of"),
    "page": _l("Page"),
    "form": _l("Form"),
    "reason": _l("Reason"),
    "ticket": _l("Ticket"),
    "until": _l("Until"),
    "writes": _l("May change settings and styles"),
    "mail": _l("Mail"),
    "approved_by": _l("Approved by"),
}


class AuditEntry(Chained, TenantModel):
    """One deed in a company.  Rows are only added, each a link of a chain.  Those from before there was one have no `seq`."""

    __tablename__ = "audit_entry"
    held_fast = ("member_id", "operator_id", "action", "subject")
    forgettable = ("details", "ip")

    id: Mapped[int] = identity()
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    details: Mapped[dict] = mapped_column(JSONB, default=dict)
    ip: Mapped[str] = mapped_column(default="")
    # Of the platform, acting for the company with its consent.
    operator_id: Mapped[int | None]

    member: Mapped[Member | None] = relationship(lazy="joined")

    @classmethod
    def before(cls, id: int | None, action: str = "", member_id: int | None = None, at_most: int = 50) -> list["AuditEntry"]:
        """The deeds before the one numbered `id` (None: the newest), of one kind or one member if asked for."""
        return AuditQuery(action, member_id).entries(id, at_most)

    @property
    def title(self) -> str:
        return str(ACTIONS.get(self.action, self.action))

    @property
    def author(self) -> str:
        """Who did it, in words."""
        if self.member is not None:
            return self.member.name
        if self.operator_id is not None:
            return _("Platform operator %(name)s", name=self.details.get("operator", "")).strip()
        return _("Provisioning") if self.action.startswith("provisioning.") else "–"

    def label_of(self, detail: str) -> str:
        kind, _dot, _deed = self.action.partition(".")
        return str(DETAILS.get(f"{kind}.{detail}") or DETAILS.get(detail, detail))


@dataclass(frozen=True)
class AuditQuery:
    """Which deeds somebody wants to see."""

    action: str = ""
    member_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    # Whoever it was: of the platform, not of the company.
    by_operators: bool = False

    def entries(self, before: int | None = None, at_most: int = 50) -> list[AuditEntry]:
        """The newest first, those before the one numbered `before`."""
        query = sa.select(AuditEntry).where(*self._wanted).order_by(AuditEntry.id.desc()).limit(at_most)
        return list(db.session.scalars(query if before is None else query.where(AuditEntry.id < before)))

    @property
    def _wanted(self) -> list:
        wanted = [
            AuditEntry.action == self.action if self.action else None,
            AuditEntry.member_id == self.member_id if self.member_id is not None else None,
            AuditEntry.operator_id.is_not(None) if self.by_operators else None,
            AuditEntry.at >= self.since if self.since else None,
            AuditEntry.at < self.until if self.until else None,
        ]
        return [one for one in wanted if one is not None]


class Look(NamedTuple):
    """A page that was asked for during a visit of an operator, however often."""

    title: str
    page: str
    times: int
    first_at: datetime
    last_at: datetime


def looks_of(subject: str, since: datetime, until: datetime) -> list[Look]:
    """What was asked for during a visit, in the order in which it was first; each page and deed once, with how often."""
    page, at = AuditEntry.details["page"].astext, AuditEntry.at
    asked = (
        sa.select(AuditEntry.action, page, sa.func.count(), sa.func.min(at), sa.func.max(at))
        .where(at >= since, at <= until, AuditEntry.subject == subject, AuditEntry.details.has_key("page"))
        .group_by(AuditEntry.action, page)
        .order_by(sa.func.min(at))
    )
    return [Look(str(ACTIONS[action]), *more) for action, *more in db.session.execute(asked)]


def note(action: str, by=None, subject: str = "", ip: str = "", operator=None, **details) -> None:
    """Write a deed down, in the running transaction.  `action` is "member.removed", `subject` is "member:7".

    `operator` is who of the platform did it; during a visit it is who visits, not the member through whose eyes he looks.
    """
    operator = operator or acting_operator()
    if operator is not None:
        details |= {"operator": operator.name} | ({"acting_for": by.name} if by else {})
        by, ip = None, ""
    entry = AuditEntry(action=action, member_id=by.id if by else None, subject=subject, details=details, ip=ip)
    entry.operator_id = operator.id if operator else None
    # Last of all: who adds to the chain makes everybody else wait who wants to, until his commit.
    at_last(lambda: AuditHead.locked().append(entry))
