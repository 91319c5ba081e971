"""Writing down who did what, from a page."""

from flask import request

from core.db import TenantModel
from tenants.audit import audit
from tenants.people.members import Member
from tenants.signing_in.current import current_member


def noted(action: str, subject: TenantModel | None = None, by: Member | None = None, **details) -> None:
    """Note a deed of whoever asks (or `by`), in the running transaction."""
    name = f"{subject.__tablename__}:{subject.id}" if subject is not None else ""
    audit.note(action, by=by or current_member(), subject=name, ip=request.remote_addr or "", **details)
