"""How safe the company wants its people's accounts to be."""

from datetime import datetime, timedelta
from math import ceil

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from core.clock import now
from core.db import transaction
from core.errors import Invalid
from core.forms import Form
from manage.deeds import noted
from tenants.companies.settings import Settings
from tenants.people.duties import SECOND_FACTOR_OF, has_second_factor
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.current import needs
from tenants.signing_in.networks import AllowList
from tenants.signing_in.single_sign_on import SingleSignOn
from tenants.support.support import SupportGrant

company_security = Blueprint("company_security", __name__, url_prefix="/manage/security")

LONGEST = 3650
LONGEST_GRACE = 90


@company_security.get("")
@needs("settings.manage")
def edit():
    settings = Settings.current()
    shown = {
        "password_days": settings.password_days or "",
        "second_factor": settings.second_factor,
        "second_factor_roles": [str(id) for id in settings.second_factor_roles],
        "grace_days": _days_left(settings.second_factor_from),
    }
    return _page(Form(MultiDict(shown)))


@company_security.post("")
@needs("settings.manage")
def update():
    form = Form(request.form)
    try:
        with transaction():
            _change(form)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form), invalid.status
    flash(_("Saved."), "success")
    return redirect(url_for(".edit"))


def _change(form: Form) -> None:
    wanted = {
        "password_days": form.whole_number("password_days", 0, LONGEST) or 0,
        "second_factor": form.choice("second_factor", SECOND_FACTOR_OF, "optional"),
        "second_factor_roles": sorted({role.id for role in Role.all()} & set(form.ids("second_factor_roles"))),
    }
    grace = form.whole_number("grace_days", 0, LONGEST_GRACE) or 0
    if wanted["second_factor"] == "roles" and not wanted["second_factor_roles"]:
        form.fail("second_factor_roles", _("Choose at least one role."))
    form.check()
    settings = Settings.current()
    before = {name: getattr(settings, name) for name in wanted}
    for name, value in wanted.items():
        setattr(settings, name, value)
    if grace != _days_left(settings.second_factor_from):
        settings.second_factor_from = now() + timedelta(days=grace)
    details = {
        name: f"{_told(name, before[name])} → {_told(name, value)}" for name, value in wanted.items() if before[name] != value
    }
    if details:
        noted("security.changed", **details)


def _told(name: str, value) -> str:
    if name == "second_factor":
        return str(SECOND_FACTOR_OF[value])
    if name == "second_factor_roles":
        return ", ".join(role.title for role in Role.all() if role.id in value) or "–"
    return str(value)


def _days_left(moment: datetime | None) -> int:
    """Whole days until then, begun ones too; 0 when it is over."""
    return max(0, ceil((moment - now()) / timedelta(days=1))) if moment else 0


def _page(form: Form) -> str:
    return render_template(
        "manage/company_security/edit.html",
        form=form,
        networks=len(AllowList.current().networks),
        sso=SingleSignOn.current(),
        support=SupportGrant.in_force(),
        roles=Role.all(),
        SECOND_FACTOR_OF=SECOND_FACTOR_OF,
        without=[member for member in Member.all() if member.has_joined and not has_second_factor(member)],
    )
