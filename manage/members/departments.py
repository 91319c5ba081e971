"""Departments: adding, naming, ordering and removing them (G-03)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from chat.styles.departments import sites_by_department
from core.db import transaction
from core.errors import Invalid
from core.forms import Form
from manage.deeds import noted
from tenants.people.departments import Department
from tenants.people.members import Member
from tenants.signing_in.current import needs

departments = Blueprint("departments", __name__, url_prefix="/manage/departments")


@departments.get("")
@needs("members.manage")
def index():
    return _page(Form())


@departments.post("")
@needs("members.manage")
def create():
    form = Form(request.form)
    try:
        with transaction():
            department = Department.add(form.text("name"))
            noted("department.added", department, name=department.name)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form), invalid.status
    return redirect(url_for(".index"))


@departments.post("/<int:department_id>")
@needs("members.manage")
def update(department_id):
    form = Form(request.form)
    try:
        with transaction():
            department = Department.numbered(department_id)
            before = department.name
            department.rename(form.text("name"))
            noted("department.renamed", department, name=f"{before} → {department.name}")
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(Form(), renamed={department_id: form}), invalid.status
    flash(_("Saved."), "success")
    return redirect(url_for(".index"))


@departments.post("/<int:department_id>/place")
@needs("members.manage")
def move(department_id):
    with transaction():
        Department.numbered(department_id).move(1 if request.form.get("to") == "down" else -1)
    return redirect(url_for(".index"))


@departments.post("/<int:department_id>/removal")
@needs("members.manage")
def destroy(department_id):
    with transaction():
        department = Department.numbered(department_id)
        department.remove()
        noted("department.removed", department, name=department.name)
    flash(_("%(name)s has been removed.", name=department.name), "success")
    return redirect(url_for(".index"))


def _page(form: Form, renamed: dict[int, Form] | None = None) -> str:
    people = {department.id: 0 for department in Department.all()}
    for member in Member.all():
        for department in member.departments:
            people[department.id] += 1
    return render_template(
        "manage/departments/index.html",
        form=form,
        departments=Department.all(),
        people=people,
        sites=sites_by_department(),
        renamed=renamed or {},
    )
