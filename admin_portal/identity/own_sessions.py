"""Where an operator is signed in: ending one, or all but this one."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from core.db import transaction
from operators.audit import note
from operators.current import current_operator, current_operator_session, needs
from operators.sessions import end_sessions, session_of

own_sessions = Blueprint("own_sessions", __name__, url_prefix="/security/sessions")


@own_sessions.post("/<int:session_id>/end")
@needs("")
def destroy(session_id):
    with transaction():
        session_of(current_operator(), session_id).end()
        note("operator.session_ended", current_operator(), subject=f"operator_session:{session_id}")
    flash(_("The session has been ended."), "success")
    return redirect(url_for("admin_portal.security.show"))


@own_sessions.post("/others/end")
@needs("")
def destroy_others():
    with transaction():
        end_sessions(current_operator(), but=current_operator_session())
        note("operator.session_ended", current_operator(), subject="operator_session:others")
    flash(_("You are signed in only here now."), "success")
    return redirect(url_for("admin_portal.security.show"))
