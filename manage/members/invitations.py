"""Inviting a colleague, once more if need be."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from core.db import transaction
from manage.deeds import noted
from manage.mails import count_mail_to, send_invitation
from tenants.people.members import Member, member_to_change
from tenants.signing_in.current import current_member, needs

member_invitations = Blueprint("member_invitations", __name__, url_prefix="/manage/members/<int:member_id>/invitation")


@member_invitations.post("")
@needs("members.manage")
def create(member_id):
    with transaction():
        member = member_to_change(current_member(), member_id)
        invite(member)
    flash(_("An invitation is on its way to %(email)s.", email=member.email), "success")
    return redirect(url_for("manage.members.edit", member_id=member_id))


def invite(member: Member) -> None:
    """Send the invitation, from whoever asks."""
    count_mail_to(member)
    send_invitation.later(member_id=member.id, invited_by_id=current_member().id)
    noted("member.invited", member, name=member.name, email=member.email)
