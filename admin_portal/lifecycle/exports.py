"""A company's archive: asked for, made by a worker, and fetched within a few days."""

from flask import Blueprint, render_template, send_file
from flask_babel import gettext as _

from admin_portal.doors import company_entered
from admin_portal.help.deeds import carried_out, form_page
from core.db import transaction
from core.forms import Form
from lifecycle.exports import KEPT_FOR, archive_of, download_name
from lifecycle.works import Work
from operators.both_logs import note_in_both
from operators.current import current_operator, needs
from tenants.companies.company import Company

exports = Blueprint("exports", __name__, url_prefix="/companies/<company_id>/manage/exports")


@exports.get("")
@needs("companies.export", proof=True)
def new(company_id):
    return form_page(company_id, _page)


@exports.post("")
@needs("companies.export", proof=True)
def create(company_id):
    return carried_out(company_id, _ask, _page, then="admin_portal.company_life.show")


@exports.get("/<int:work_id>")
@needs("companies.export", proof=True)
def show(company_id, work_id):
    """The file itself.  Each time somebody takes it, that is noted."""
    with company_entered(company_id) as company, transaction():
        work, path = archive_of(company, work_id)
        note_in_both("company.export_taken", current_operator(), company, f"work:{work.id}")
        name = download_name(work)
    response = send_file(path, mimetype="application/zip", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _ask(company: Company, form: Form, reason: str) -> str:
    form.check()
    work = Work.ask(company, "export", current_operator().name)
    note_in_both("company.export_asked", current_operator(), company, f"work:{work.id}", reason)
    return _("The archive is being made. It appears here when it is complete.")


def _page(company: Company, form: Form) -> str:
    return render_template("admin_portal/lifecycle/export.html", company=company, form=form, days=KEPT_FOR.days)
