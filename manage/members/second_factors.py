"""Taking away a colleague's second factor, when phone and recovery codes are lost (G-10)."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import NotAllowed
from manage.deeds import noted
from manage.mails import send_second_factor_changed
from tenants.people.members import member_to_change
from tenants.signing_in.current import current_member, needs
from tenants.signing_in.lost_factors import remove_second_factor

member_second_factors = Blueprint("member_second_factors", __name__, url_prefix="/manage/members/<int:member_id>/second-factor")


@member_second_factors.post("/remove")
@needs("members.manage")
def destroy(member_id):
    """He signs in anew with the password, and hears of it by mail.  Raises NotAllowed for oneself: that wants the password."""
    with transaction():
        member = member_to_change(current_member(), member_id)
        if member is current_member():
            raise NotAllowed
        remove_second_factor(member)
        noted("second_factor.reset", member, name=member.name)
        send_second_factor_changed.later(member_id=member.id, is_on=False)
    flash(_("%(name)s signs in with the password alone now.", name=member.name), "success")
    return redirect(url_for("manage.members.edit", member_id=member_id))
