"""Colleagues: who they are, what they may do, how they come in (G-01, G-02, G-08, G-17)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.clock import now
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.pages import local_path
from core.tables import csv_file
from manage.deeds import noted
from manage.members.form import changes_to, filled_in, show
from manage.members.invitations import invite
from manage.members.listing import ROWS, STATES, MemberList
from tenants.companies.settings import Settings
from tenants.people.departments import Department
from tenants.people.duties import has_second_factor
from tenants.people.links import end_links
from tenants.people.members import LastAdministrator, Member, member_for, member_to_change
from tenants.people.roles import Role
from tenants.signing_in.current import current_member, needs
from tenants.signing_in.sessions import Session, end_sessions

members = Blueprint("members", __name__, url_prefix="/manage/members")


@members.get("")
@needs("members.manage")
def index():
    asked = MemberList.asked_for(g.company, request.args)
    page = "manage/members/_list.html" if request.headers.get("HX-Target") == "members" else "manage/members/index.html"
    return render_template(page, people=asked, STATES=STATES, ROWS=ROWS, roles=Role.all(), departments=Department.all())


@members.get("/export.csv")
@needs("members.manage")
def export():
    asked = MemberList.asked_for(g.company, request.args)
    heads = [_("Agent number"), _("Name"), _("E-mail"), _("Phone"), _("Role"), _("Departments"), _("State")]
    rows = (
        [
            member.number,
            member.name,
            member.email,
            member.phone,
            member.role.title,
            ", ".join(department.name for department in member.departments),
            asked.state_of(member),
        ]
        for member in asked.members
    )
    return csv_file(f"{g.company.company_id}-agents-{now():%Y-%m-%d}.csv", heads, rows)


@members.get("/new")
@needs("members.manage")
def new():
    first = {"number": Member.next_number(), "role": Role.keyed("agent").id, "receives": "yes", "coming_in": "invitation"}
    return _page("new", Form(first | request.args.to_dict()))


@members.post("")
@needs("members.manage")
def create():
    form = Form(request.form)
    try:
        with transaction():
            member = _add(form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page("new", form), refusal.status
    flash(_("%(name)s has been added.", name=member.name), "success")
    return redirect(local_path(form.value("next"), url_for("manage.members.index")))


@members.get("/<int:member_id>")
@needs("members.manage")
def edit(member_id):
    member = member_for(current_member(), member_id)
    return _page("edit", show(member), member=member)


@members.post("/<int:member_id>")
@needs("members.manage")
def update(member_id):
    form = Form(request.form)
    try:
        with transaction():
            member = member_to_change(current_member(), member_id)
            _change(member, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page("edit", form, member=member_for(current_member(), member_id)), refusal.status
    flash(_("Saved."), "success")
    return redirect(url_for(".edit", member_id=member_id))


@members.post("/<int:member_id>/removal")
@needs("members.manage")
def destroy(member_id):
    try:
        with transaction():
            member = member_to_change(current_member(), member_id)
            member.remove()
            end_links(member)
            end_sessions(member)
            noted("member.removed", member, name=member.name)
    except LastAdministrator as refusal:
        flash(str(refusal), "danger")
        return redirect(url_for(".edit", member_id=member_id))
    flash(_("%(name)s has been removed.", name=member.name), "success")
    return redirect(url_for(".index"))


def _page(name: str, form: Form, member: Member | None = None) -> str:
    me = current_member()
    return render_template(
        f"manage/members/{name}.html",
        form=form,
        member=member,
        sessions=Session.of_member(member) if member else [],
        has_second_factor=member is not None and has_second_factor(member),
        roles=[role for role in Role.all() if me.may_all_of(role) or (member and role.id == member.role_id)],
        departments=Department.all(),
        usual_limit=Settings.current().conversation_limit,
        may_change=member is None or me.may_all_of(member.role),
    )


def _add(form: Form) -> Member:
    fields = filled_in(form, by=current_member())
    invited = form.value("coming_in") != "password"
    if invited and not fields["email"]:
        form.fail("email", _("An invitation needs an e-mail address."))
    password = None if invited else form.secret("password", missing=_("Enter a first password."))
    form.check()
    member = Member.add(password=password, **fields)
    noted("member.added", member, name=member.name, role=member.role.title)
    if invited:
        invite(member)
    return member


def _change(member: Member, form: Form) -> None:
    fields = filled_in(form, by=current_member())
    form.check()
    details = changes_to(member, fields)
    if member.email != (fields["email"] or None):
        end_links(member)
    member.change(**fields)
    noted("member.changed", member, **{"name": member.name} | details)
