"""What people did that others may ask about later: who, what, when, to what."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import TenantModel, db, identity
from tenants.members import Member

# Every deed there is, with the words people read.
ACTIONS = {
    "assignment.changed": _l("Assignment changed"),
    "company.changed": _l("Company settings changed"),
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
    "style.tried": _l("Style tried without a voucher"),
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
    "masks_numbers": _l("Mask card and ID numbers"),
    "asks_typing_consent": _l("Ask before agents see what visitors type"),
    "visitors_may_erase": _l("Visitors may erase what is stored about them"),
    "takes_ratings": _l("Ratings"),
    "max_upload_mb": _l("Largest file in MB"),
    "offline_intro": _l("Text above the offline form"),
    "offline_fields": _l("Fields of the offline form"),
    "show_last_conversation": _l("Show returning visitors their last conversation"),
    "mail_offline_messages": _l("Mail offline messages to the team"),
    "sms_offline_messages": _l("Tell agents by SMS when a visitor leaves a message"),
    "sms_passwords": _l("Let agents choose a new password by an SMS code"),
    "mobile": _l("Mobile number"),
    "order_no": _l("Order number"),
    "total": _l("Total"),
    "seats": _l("Seats"),
    "legal_name": _l("Company name on invoices"),
    "address": _l("Address"),
    "tax_id": _l("Tax number"),
    "voucher.number": _l("Number"),
}


class AuditEntry(TenantModel):
    """One deed in a company.  Rows are only added."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = identity()
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    details: Mapped[dict] = mapped_column(JSONB, default=dict)
    ip: Mapped[str] = mapped_column(default="")

    member: Mapped[Member | None] = relationship(lazy="joined")

    @classmethod
    def before(cls, id: int | None, action: str = "", member_id: int | None = None, at_most: int = 50) -> list["AuditEntry"]:
        """The deeds before the one numbered `id` (None: the newest), of one kind or one member if asked for."""
        query = sa.select(cls).order_by(cls.id.desc()).limit(at_most)
        wanted = [
            cls.id < id if id is not None else None,
            cls.action == action if action else None,
            cls.member_id == member_id if member_id is not None else None,
        ]
        return list(db.session.scalars(query.where(*[one for one in wanted if one is not None])))

    @property
    def title(self) -> str:
        return str(ACTIONS.get(self.action, self.action))

    def label_of(self, detail: str) -> str:
        kind, _dot, _deed = self.action.partition(".")
        return str(DETAILS.get(f"{kind}.{detail}") or DETAILS.get(detail, detail))


def note(action: str, by=None, subject: str = "", ip: str = "", **details) -> None:
    """Write a deed down, in the running transaction.  `action` is "member.removed", `subject` is "member:7"."""
    db.session.add(AuditEntry(action=action, member_id=by.id if by else None, subject=subject, details=details, ip=ip))
