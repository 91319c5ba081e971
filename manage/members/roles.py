"""Roles: the one table of who may do what, and the company's own roles (G-04, G-05, G-06, G-14)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from manage.deeds import noted
from tenants.people.members import Member, remove_role
from tenants.people.roles import PERMISSIONS, Role
from tenants.signing_in.current import current_member, needs

roles = Blueprint("roles", __name__, url_prefix="/manage/roles")


@roles.get("")
@needs("roles.manage")
def index():
    holders = {role.id: Member.with_role(role) for role in Role.all()}
    return render_template("manage/roles/index.html", roles=Role.all(), PERMISSIONS=PERMISSIONS, holders=holders)


@roles.get("/new")
@needs("roles.manage")
def new():
    copied = request.args.get("copy_of", type=int)
    if copied is None:
        return _page("new", Form())
    role = Role.numbered(copied)
    return _page("new", Form({"name": _("Copy of %(name)s", name=role.title), "permissions": _permitted(role)}))


@roles.post("")
@needs("roles.manage")
def create():
    form = Form(request.form)
    try:
        with transaction():
            current_member().need_every(_wanted(form))
            role = Role.add(form.text("name", 60), _wanted(form))
            noted("role.added", role, name=role.name, permissions=", ".join(role.permissions))
    except Refusal as refusal:
        form.refuse(refusal)
        return _page("new", form), refusal.status
    flash(_("The role “%(name)s” has been added.", name=role.name), "success")
    return redirect(url_for(".index"))


@roles.get("/<int:role_id>")
@needs("roles.manage")
def edit(role_id):
    role = Role.numbered(role_id)
    return _page("edit", Form({"name": role.title, "permissions": _permitted(role)}), role)


@roles.post("/<int:role_id>")
@needs("roles.manage")
def update(role_id):
    form = Form(request.form)
    try:
        with transaction():
            role = Role.numbered(role_id)
            _change(role, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page("edit", form, Role.numbered(role_id)), refusal.status
    flash(_("Saved. It applies at once."), "success")
    return redirect(url_for(".index"))


@roles.post("/<int:role_id>/removal")
@needs("roles.manage")
def destroy(role_id):
    try:
        with transaction():
            role = Role.numbered(role_id)
            current_member().need_all_of(role)
            remove_role(role)
            noted("role.removed", role, name=role.name)
    except Refusal as refusal:
        flash(str(refusal), "danger")
        return redirect(url_for(".edit", role_id=role_id))
    flash(_("The role “%(name)s” has been removed.", name=role.name), "success")
    return redirect(url_for(".index"))


def _change(role: Role, form: Form) -> None:
    """Neither what the role permits now nor what it is to permit may be more than the one who changes it may."""
    current_member().need_all_of(role)
    current_member().need_every(_wanted(form))
    if not role.is_fixed:
        role.rename(form.text("name", 60))
    role.allow(_wanted(form))
    noted("role.changed", role, name=role.title, permissions=", ".join(role.permissions))
    for member in Member.with_role(role):
        member.changed()


def _wanted(form: Form) -> list[str]:
    return [name for name in PERMISSIONS if form.has("permissions", name)]


def _permitted(role: Role) -> list[str]:
    return [name for name in PERMISSIONS if role.permits(name)]


def _page(name: str, form: Form, role: Role | None = None) -> str:
    return render_template(
        f"manage/roles/{name}.html",
        form=form,
        role=role,
        PERMISSIONS=PERMISSIONS,
        may_change=role is None or (current_member().may_all_of(role) and not role.is_administrator),
    )
