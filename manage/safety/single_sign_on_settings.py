"""The company's identity provider: who may come in by it, as what, and trying it out."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from core.clock import now
from core.db import db, transaction
from core.errors import Invalid
from core.forms import Form
from core.limits import count_try
from core.pages import address_of
from core.text import tidy
from manage.deeds import noted
from manage.entrance.single_sign_ons import start
from tenants.people.departments import Department
from tenants.people.members import BeyondOwnRights, Member
from tenants.people.roles import Role
from tenants.signing_in.current import current_member, needs
from tenants.signing_in.oidc import Conversation, OidcRefused
from tenants.signing_in.single_sign_on import SingleSignOn

single_sign_on_settings = Blueprint("single_sign_on_settings", __name__, url_prefix="/manage/security/sso")

TRIES = "30 per 10 minutes"
GROUPS = 50


@single_sign_on_settings.get("")
@needs("settings.manage")
def edit():
    return _page(_shown(SingleSignOn.current()))


@single_sign_on_settings.post("")
@needs("settings.manage")
def update():
    form = Form(request.form)
    try:
        with transaction():
            _change(form)
    except (Invalid, BeyondOwnRights) as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status
    flash(_("Saved."), "success")
    return redirect(url_for(".edit"))


@single_sign_on_settings.post("/check")
@needs("settings.manage")
def check():
    """What the provider says of itself, step by step."""
    count_try(TRIES, "sso check", g.company.id)
    conversation, steps = Conversation(SingleSignOn.current().provider(_callback())), []
    try:
        metadata = conversation.metadata
        steps.append((_("The issuer answers, and calls itself %(issuer)s.", issuer=metadata["issuer"]), True))
        steps.append((_("People sign in at %(address)s.", address=metadata["authorization_endpoint"]), True))
        steps.append((_("It has %(count)s keys to sign with.", count=len(conversation.keys().keys)), True))
    except OidcRefused as refusal:
        steps.append((str(refusal), False))
    return render_template("manage/single_sign_on_settings/checked.html", steps=steps)


@single_sign_on_settings.get("/try")
@needs("settings.manage")
def show():
    """Off to the provider, and back to a page that says what would have happened.

    By a link: no form of ours may lead to another site (Content-Security-Policy, form-action).
    """
    count_try(TRIES, "sso check", g.company.id)
    return start(g.company, SingleSignOn.current(), is_test=True)


def _change(form: Form) -> None:
    """Whoever names the provider decides who everybody is, administrators too.  Raises BeyondOwnRights, Invalid."""
    current_member().need_all_of(Role.keyed("administrator"))
    current = SingleSignOn.current()
    is_on, secret = form.yes("is_on"), form.secret("client_secret")
    current.issuer = form.text("issuer", 500, missing=_("Enter the issuer's address.") if is_on else None)
    current.client_id = form.text("client_id", 500, missing=_("Enter the client ID.") if is_on else None)
    if current.issuer and not current.issuer.startswith(("https://", "http://")):
        form.fail("issuer", _("Enter an address that begins with https://."))
    if secret:
        current.keep_secret(secret)
    elif is_on and not current.sealed_secret:
        form.fail("client_secret", _("Enter the client secret."))
    current.domains = [domain.lower().lstrip("@") for domain in form.lines("domains")]
    current.creates_members = form.yes("creates_members")
    current.role_id = _may_give(form, "role_id", form.id("role_id"))
    current.department_id = (
        form.id("department_id") if form.id("department_id") in {one.id for one in Department.all()} else None
    )
    current.group_claim = form.text("group_claim", 80) or "groups"
    current.group_roles = _group_roles(form)
    _keep_one_way_in(form, current, is_on)
    form.check()
    current.is_on, current.changed_at = is_on, now()
    db.session.add(current)
    noted(
        "sso.changed",
        issuer=current.issuer,
        is_on=_("Yes") if is_on else _("No"),
        is_only_way=_("Yes") if current.is_only_way else _("No"),
    )


def _keep_one_way_in(form: Form, current: SingleSignOn, is_on: bool) -> None:
    """Who makes it the only way names an administrator who can still come in when the provider fails."""
    current.is_only_way = is_on and form.yes("is_only_way")
    keepers = {member.id for member in _break_glass()}
    current.break_glass_id = form.id("break_glass_id") if form.id("break_glass_id") in keepers else None
    if current.is_only_way and current.break_glass_id is None:
        form.fail("break_glass_id", _("Choose an administrator who may still use the password when the provider fails."))


def _group_roles(form: Form) -> list[list]:
    """The rows of groups and their roles, in order; empty ones are left out."""
    rows = zip(form.typed.getlist("group"), form.typed.getlist("group_role"), strict=False)
    wanted = [(tidy(group, 200), role) for group, role in rows if tidy(group, 200)][:GROUPS]
    return [[group, id] for group, role in wanted if role.isdecimal() and (id := _may_give(form, "group_roles", int(role)))]


def _may_give(form: Form, field: str, role_id: int | None) -> int | None:
    """A role that whoever sets it could give away himself."""
    role = next((role for role in Role.all() if role.id == role_id), None)
    if role is not None and not current_member().may_all_of(role):
        form.fail(field, _("The role %(role)s may do more than you.", role=role.title))
    return role.id if role else None


def _break_glass() -> list[Member]:
    return [member for member in Member.all() if member.is_administrator and member.password_hash]


def _shown(current: SingleSignOn) -> Form:
    plain = {
        "is_on": "yes" if current.is_on else "", "issuer": current.issuer, "client_id": current.client_id,
        "domains": "\n".join(current.domains), "creates_members": "yes" if current.creates_members else "",
        "role_id": str(current.role_id or ""), "department_id": str(current.department_id or ""),
        "group_claim": current.group_claim, "is_only_way": "yes" if current.is_only_way else "",
        "break_glass_id": str(current.break_glass_id or ""),
    }  # fmt: skip
    rows = [(("group", group), ("group_role", str(role))) for group, role in current.group_roles]
    return Form(MultiDict([*plain.items(), *(pair for row in rows for pair in row)]))


def _callback() -> str:
    return address_of("manage.single_sign_ons.edit", company_id=g.company.company_id)


def _page(form: Form) -> str:
    groups = list(zip(form.typed.getlist("group"), form.typed.getlist("group_role"), strict=False))
    return render_template(
        "manage/single_sign_on_settings/edit.html",
        form=form,
        rows=[*groups, ("", ""), ("", "")],
        current=SingleSignOn.current(),
        callback=_callback(),
        start_address=address_of("manage.single_sign_ons.show", company_id=g.company.company_id),
        roles=Role.all(),
        departments=Department.all(),
        keepers=_break_glass(),
    )
