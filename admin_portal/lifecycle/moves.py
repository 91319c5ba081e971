"""Moving a company to another database."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from admin_portal.help.deeds import carried_out, form_page
from core.forms import Form
from lifecycle.moves import ask_to_move, ways_from
from operators.both_logs import note_in_both
from operators.current import current_operator, needs
from tenants.companies.company import Company

moves = Blueprint("moves", __name__, url_prefix="/companies/<company_id>/manage/move")


@moves.get("")
@needs("companies.move", proof=True)
def new(company_id):
    return form_page(company_id, _page)


@moves.post("")
@needs("companies.move", proof=True)
def create(company_id):
    return carried_out(company_id, _ask, _page, then="admin_portal.company_life.show")


def _ask(company: Company, form: Form, reason: str) -> str:
    form.check()
    work = ask_to_move(company, form.value("database"), current_operator().name)
    note_in_both("company.move_asked", current_operator(), company, f"work:{work.id}", reason)
    return _("%(company)s is being moved.", company=company.name)


def _page(company: Company, form: Form) -> str:
    return render_template(
        "admin_portal/lifecycle/move.html", company=company, form=form, databases=[(name, name) for name in ways_from(company)]
    )
