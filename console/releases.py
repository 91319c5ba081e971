"""Freeing a colleague's seat, when all are in use (G-08)."""

from flask import Blueprint, redirect, request, url_for

from core.db import db, transaction
from core.errors import NotFound
from tenants.audit.audit import note
from tenants.companies.company import current_company
from tenants.people.members import Member
from tenants.signing_in.current import current_member, needs

releases = Blueprint("releases", __name__)


@releases.post("/seats/<int:member_id>/release")
@needs("seats.release")
def create(member_id: int):
    """His console says so and closes; then the page asks for a seat again."""
    with transaction():
        if db.session.get(Member, member_id) is None:
            raise NotFound
        current_company().release_seat(member_id)
        note("seat.released", by=current_member(), subject=f"member:{member_id}", ip=request.remote_addr or "")
    return redirect(url_for("console.pages.show"), 303)
