"""What people must know, above every page of the management centre; and putting it away."""

from flask import Blueprint, g, redirect, request, url_for

from core.db import transaction
from core.pages import local_path
from tenants.platform.announcements import dismiss
from tenants.platform.notices import Notice, notices_now
from tenants.signing_in.current import current_member

notices = Blueprint("notices", __name__, url_prefix="/manage/notices")


@notices.post("/<notice_id>/dismissal")
def destroy(notice_id):
    with transaction():
        dismiss(current_member(), notice_id)
    return redirect(local_path(request.form.get("back"), url_for("manage.home.index")))


def notices_here() -> list[Notice]:
    """For the reader of this page; nobody reads those of a page before signing in."""
    session = g.get("session")
    return notices_now(session.member) if session else []
