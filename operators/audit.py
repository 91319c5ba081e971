"""What operators did that others will ask about: who, what, when, to which company, why."""

from datetime import datetime

import sqlalchemy as sa
from flask import has_request_context, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, db, identity
from operators.operator import Operator

# Every deed there is, with the words people read.
ACTIONS = {
    "operator.signed_in": _l("Signed in"),
    "operator.signed_out": _l("Signed out"),
}


class OperatorEntry(PlatformModel):
    """One deed of an operator.  Rows are only added."""

    __tablename__ = "operator_entry"

    id: Mapped[int] = identity()
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    operator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.operator.id"))
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    details: Mapped[dict] = mapped_column(JSONB, default=dict)
    ip: Mapped[str] = mapped_column(default="")

    operator: Mapped[Operator | None] = relationship(lazy="joined")
    kept_at_erasure = "What operators did to a company must stay answerable."


def note(action: str, by: Operator | None, company=None, subject: str = "", reason: str = "", **details) -> None:
    """Write a deed down in the running transaction.

    `action` is a key of ACTIONS such as "company.suspended", `subject` is "voucher_batch:7", `details` plain values.
    """
    ip = (request.remote_addr or "") if has_request_context() else ""
    entry = OperatorEntry(action=action, subject=subject, reason=reason, details=details, ip=ip)
    entry.operator_id, entry.company_id = by.id if by else None, company.id if company else None
    db.session.add(entry)
