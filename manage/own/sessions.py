"""Where I am signed in, and signing out elsewhere."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import NotFound
from manage.deeds import noted
from tenants.signing_in.current import current_member, current_session
from tenants.signing_in.sessions import end_sessions, session_for

own_sessions = Blueprint("own_sessions", __name__, url_prefix="/manage/me/sessions")


@own_sessions.get("")
def index():
    """They stand on the page about one's security; mails lead here."""
    current_member()
    return redirect(url_for("manage.security.show"))


@own_sessions.post("/<int:session_id>/end")
def destroy(session_id):
    with transaction():
        session = session_for(current_member(), session_id)
        if session.member_id != current_member().id:
            raise NotFound
        session.end()
        noted("session.ended", current_member())
    flash(_("The session has been ended."), "success")
    return redirect(url_for("manage.security.show"))


@own_sessions.post("/others/end")
def destroy_others():
    with transaction():
        end_sessions(current_member(), but=current_session())
        noted("session.ended", current_member())
    flash(_("You are signed in only here now."), "success")
    return redirect(url_for("manage.security.show"))
