"""The mails that a company's people were to get: what became of them, and sending one again."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_portal.doors import company_entered
from admin_portal.help.deeds import carried_out, form_page
from core.clock import now
from core.db import transaction
from core.forms import Form
from core.limits import count_try
from core.pages import kept
from core.tables import csv_file, xlsx_file
from lifecycle.mails import send_account_data
from operators.audit import note
from operators.both_logs import note_in_both
from operators.current import current_operator, needs
from operators.mails_to_companies import administrators
from tenants.companies.company import Company
from tenants.people.company_mails import STATES, CompanyMail, company_mail, company_mails

mails = Blueprint("company_mails", __name__, url_prefix="/companies/<company_id>/help/mails")

ROWS = 50
AT_MOST = 10_000
AGAIN_PER_COMPANY = "20 per hour"
HEADS = [_l("Number"), _l("Mail"), _l("Who gets it"), _l("State"), _l("Time"), _l("Tries"), _l("Error"), _l("Message-ID")]


@mails.get("")
@needs("help.give")
def index(company_id):
    asked = Form(request.args)
    with company_entered(company_id) as company:
        found = company_mails(asked.choice("state", STATES), asked.id("before"), ROWS + 1)
        return render_template(
            "admin_portal/help/mails.html",
            company=company,
            mails=found[:ROWS],
            older=found[ROWS - 1].row.id if len(found) > ROWS else None,
            asked=asked,
            kept=kept("before", "kind"),
            STATES=STATES,
        )


@mails.get("/export.<any(csv, xlsx):kind>")
@needs("help.give", proof=True)
def export(company_id, kind):
    write = csv_file if kind == "csv" else xlsx_file
    with company_entered(company_id) as company, transaction():
        note("mails.exported", current_operator(), company)
        rows = [_row(mail) for mail in company_mails(Form(request.args).choice("state", STATES), at_most=AT_MOST)]
    return write(f"{company_id}-mails-{now():%Y-%m-%d}.{kind}", HEADS, rows)


@mails.get("/<int:outbox_id>/again")
@needs("help.give")
def new(company_id, outbox_id):
    return form_page(company_id, _page_of(outbox_id))


@mails.post("/<int:outbox_id>/again")
@needs("help.give")
def create(company_id, outbox_id):
    def send_again(company: Company, form: Form, reason: str) -> str:
        form.check()
        count_try(AGAIN_PER_COMPANY, "mails again", company.id)
        row = company_mail(outbox_id)
        row.again()
        note_in_both("mail.sent_again", current_operator(), company, f"outbox:{row.id}", reason, mail=row.job)
        return _("The mail is on its way again.")

    return carried_out(company_id, send_again, _page_of(outbox_id))


@mails.get("/account-data")
@needs("help.give")
def edit(company_id):
    """To whom the account data goes."""
    return form_page(company_id, _account_data_page)


@mails.post("/account-data")
@needs("help.give")
def update(company_id):
    """Send it once more (O-01)."""
    return carried_out(company_id, _send_account_data, _account_data_page)


def _send_account_data(company: Company, form: Form, reason: str) -> str:
    member = next((one for one in administrators() if one.id == form.id("member") and one.email), None)
    if member is None:
        form.fail("member", _("Choose who needs it."))
    form.check()
    count_try(AGAIN_PER_COMPANY, "mails again", company.id)
    send_account_data.later(member_id=member.id)
    note_in_both("mail.sent_again", current_operator(), company, f"member:{member.id}", reason, mail="send_account_data")
    return _("The account data is on its way to %(name)s.", name=member.name)


def _account_data_page(company: Company, form: Form) -> str:
    people = [(member.id, member.name) for member in administrators() if member.email]
    return render_template("admin_portal/help/account_data.html", company=company, form=form, people=people)


def _page_of(outbox_id: int):
    def page(company: Company, form: Form) -> str:
        return render_template(
            "admin_portal/help/mail.html", company=company, form=form, mail=CompanyMail.of(company_mail(outbox_id))
        )

    return page


def _row(mail: CompanyMail) -> list:
    return [
        mail.row.id,
        mail.title,
        mail.to,
        str(STATES[mail.state]),
        mail.at,
        mail.row.tries,
        mail.row.last_error,
        mail.mail_ids,
    ]
