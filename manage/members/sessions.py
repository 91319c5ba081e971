"""Where a colleague is signed in, and ending it (G-08)."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import NotFound
from manage.deeds import noted
from tenants.people.members import member_to_change
from tenants.signing_in.current import current_member, needs
from tenants.signing_in.sessions import end_sessions, session_for

member_sessions = Blueprint("member_sessions", __name__, url_prefix="/manage/members/<int:member_id>/sessions")


@member_sessions.post("/end")
@needs("members.manage")
def destroy_all(member_id):
    with transaction():
        member = member_to_change(current_member(), member_id)
        end_sessions(member)
        noted("session.ended", member, name=member.name)
    flash(_("%(name)s has been signed out everywhere.", name=member.name), "success")
    return redirect(url_for("manage.members.edit", member_id=member_id))


@member_sessions.post("/<int:session_id>/end")
@needs("members.manage")
def destroy(member_id, session_id):
    with transaction():
        session = session_for(current_member(), session_id)
        if session.member_id != member_id:
            raise NotFound
        session.end()
        noted("session.ended", session.member, name=session.member.name)
    flash(_("The session has been ended."), "success")
    return redirect(url_for("manage.members.edit", member_id=member_id))
