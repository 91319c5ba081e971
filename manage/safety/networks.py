"""The list of networks people may sign in from (G-15, J-16)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Invalid
from core.forms import Form
from manage.deeds import noted
from manage.mails import count_mail_to, send_networks_link
from tenants.people.members import Member
from tenants.signing_in.current import current_member, needs
from tenants.signing_in.networks import AllowList

networks = Blueprint("networks", __name__, url_prefix="/manage/security/networks")


@networks.get("")
@needs("settings.manage")
def edit():
    return _page(Form({"networks": str(AllowList.current())}))


@networks.post("")
@needs("settings.manage")
def update():
    form = Form(request.form)
    try:
        with transaction():
            wanted = AllowList.typed(form.lines("networks", 20_000))
            locks_out = not wanted.lets_in(_ip())
            (_propose if locks_out else put_in_force)(wanted)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form), invalid.status
    if locks_out:
        flash(
            _("This would lock you out: %(ip)s is not in the list. We have mailed you a link that puts it in force.", ip=_ip()),
            "warning",
        )
    else:
        flash(_("Saved."), "success")
    return redirect(url_for(".edit"))


def put_in_force(wanted: AllowList, by: Member | None = None) -> None:
    """Make it the company's list, and note who did."""
    before = str(AllowList.current())
    # Where he signed in may be another network than where he is now; that one is in the list.
    wanted.put_in_force(but=g.get("session"))
    if str(wanted) != before:
        noted("security.changed", by=by, allowed_networks=f"{_line(before)} → {_line(str(wanted))}")


def _propose(wanted: AllowList) -> None:
    member = current_member()
    if not member.email:
        raise Invalid(
            networks=_("Your own address %(ip)s is not in the list, and you have no e-mail address to confirm it.", ip=_ip())
        )
    count_mail_to(member)
    wanted.propose()
    send_networks_link.later(member_id=member.id)


def _line(networks: str) -> str:
    return ", ".join(networks.splitlines()) or "–"


def _ip() -> str:
    return request.remote_addr or ""


def _page(form: Form) -> str:
    return render_template("manage/networks/edit.html", form=form, ip=_ip(), proposed=AllowList.proposed())
