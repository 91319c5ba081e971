"""A new password for a colleague: by a link in a mail, or set here for one without an address (G-10)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Invalid, NotAllowed
from core.forms import Form
from manage.deeds import noted
from manage.mails import count_mail_to, send_password_changed, send_password_link
from tenants.people.links import end_links
from tenants.people.members import Member, member_to_change
from tenants.signing_in.current import current_member, needs
from tenants.signing_in.sessions import end_sessions

member_passwords = Blueprint("member_passwords", __name__, url_prefix="/manage/members/<int:member_id>")


@member_passwords.post("/password-link")
@needs("members.manage")
def send(member_id):
    with transaction():
        member = member_to_change(current_member(), member_id)
        count_mail_to(member)
        send_password_link.later(member_id=member.id)
        noted("password.link_sent", member, name=member.name)
    flash(_("A link to choose a new password is on its way to %(email)s.", email=member.email), "success")
    return redirect(url_for("manage.members.edit", member_id=member_id))


@member_passwords.get("/password")
@needs("members.manage")
def edit(member_id):
    return render_template("manage/member_passwords/edit.html", form=Form(), member=_colleague(member_id))


@member_passwords.post("/password")
@needs("members.manage")
def update(member_id):
    form = Form(request.form)
    try:
        with transaction():
            member = _colleague(member_id)
            member.change_password(form.secret("password"))
            end_sessions(member)
            end_links(member)
            noted("password.changed", member, name=member.name)
            send_password_changed.later(member_id=member.id)
    except Invalid as invalid:
        form.refuse(invalid)
        page = render_template("manage/member_passwords/edit.html", form=form, member=_colleague(member_id))
        return page, invalid.status
    flash(_("%(name)s can sign in with the new password now.", name=member.name), "success")
    return redirect(url_for("manage.members.edit", member_id=member_id))


def _colleague(member_id: int) -> Member:
    """Somebody else: one's own password is changed by who knows the old one.  Raises NotAllowed."""
    member = member_to_change(current_member(), member_id)
    if member is current_member():
        raise NotAllowed
    return member
