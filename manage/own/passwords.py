"""Changing one's own password; it ends one's other sessions."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.limits import count_try
from manage.deeds import noted
from manage.mails import send_password_changed
from tenants.companies.company import current_company
from tenants.people.links import end_links
from tenants.people.members import Member
from tenants.signing_in.current import current_member, current_session
from tenants.signing_in.sessions import end_sessions

own_passwords = Blueprint("own_passwords", __name__, url_prefix="/manage/me/password")

TRIES = "5 per 10 minutes"


@own_passwords.get("")
def edit():
    current_member()
    return render_template("manage/own_passwords/edit.html", form=Form())


@own_passwords.post("")
def update():
    form, member = Form(request.form), current_member()
    try:
        with transaction():
            _change(member, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return render_template("manage/own_passwords/edit.html", form=form), refusal.status
    flash(_("Your password has been changed, and you are signed out everywhere else."), "success")
    return redirect(url_for("manage.me.edit"))


def _change(member: Member, form: Form) -> None:
    prove_password(member, form)
    member.change_password(form.secret("password"))
    end_sessions(member, but=current_session())
    end_links(member)
    noted("password.changed", member)
    send_password_changed.later(member_id=member.id)


def prove_password(member: Member, form: Form) -> None:
    """Before what takes protection away or opens another way in: `current_password` once more.  Raises Invalid, TooManyTries."""
    count_try(TRIES, "own-password", current_company().id, member.id)
    if not member.has_password(form.secret("current_password")):
        form.fail("current_password", _("This is not your current password. Enter it again."))
    form.check()
