"""Notes about a company: written, corrected by who wrote them, taken away."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_portal.doors import company_called
from core.db import db, transaction
from core.errors import Refusal
from core.forms import Form
from operators.audit import note
from operators.company_notes import CompanyNote, NotEditable
from operators.current import current_operator, needs
from operators.once import sent_before

company_notes = Blueprint("company_notes", __name__, url_prefix="/companies/<company_id>/notes")


@company_notes.post("")
@needs("companies.note")
def create(company_id):
    company, form = company_called(company_id), Form(request.form)
    try:
        with transaction():
            if not sent_before(form.value("form_key")):
                written = CompanyNote.write(company, current_operator(), form.value("text"))
                note("note.written", current_operator(), company, f"note:{written.id}")
    except Refusal as refusal:
        flash(refusal.fields.get("text") or str(refusal), "danger")
    return redirect(url_for("admin_portal.company_timeline.show", company_id=company_id))


@company_notes.get("/<int:note_id>")
@needs("companies.note")
def edit(company_id, note_id):
    with transaction():
        company = company_called(company_id)
        found = CompanyNote.numbered(company, note_id)
        if not found.is_editable_by(current_operator()):
            raise NotEditable
        form = Form({"text": found.text})
        return render_template("admin_portal/lifecycle/note.html", company=company, note=found, form=form)


@company_notes.post("/<int:note_id>")
@needs("companies.note")
def update(company_id, note_id):
    company, form = company_called(company_id), Form(request.form)
    try:
        with transaction():
            found = CompanyNote.numbered(company, note_id)
            found.edit(current_operator(), form.value("text"))
            note("note.changed", current_operator(), company, f"note:{found.id}")
    except Refusal as refusal:
        form.refuse(refusal)
        page = render_template("admin_portal/lifecycle/note.html", company=company, note=found, form=form)
        return page, refusal.status
    flash(_("The note has been changed."), "success")
    return redirect(url_for("admin_portal.company_timeline.show", company_id=company_id))


@company_notes.post("/<int:note_id>/delete")
@needs("companies.note")
def destroy(company_id, note_id):
    with transaction():
        company = company_called(company_id)
        found = CompanyNote.numbered(company, note_id)
        # Who takes something away answers for what it was.
        note("note.deleted", current_operator(), company, f"note:{found.id}", text=found.text[:500], author=found.operator.name)
        db.session.delete(found)
    flash(_("The note has been taken away. The log says who did it."), "success")
    return redirect(url_for("admin_portal.company_timeline.show", company_id=company_id))
