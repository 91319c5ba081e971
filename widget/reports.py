"""A visitor reports the company behind a chat to the people who run the platform.  A page of its own, without scripts."""

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.limits import count_try
from core.pages import network
from core.text import tidy_lines
from tenants.abuse.abuse_reports import LONGEST, REASONS, company_of_chat, report_abuse
from tenants.companies.company import Company
from widget.guest import SiteNotFound

reports = Blueprint("reports", __name__, url_prefix="/report")

AT_MOST = "5 per hour"


@reports.get("")
def new():
    site_key = request.args.get("site", "")
    return _page(_company(site_key), Form({"site": site_key, "key": str(uuid.uuid4())}))


@reports.post("")
def create():
    form = Form(request.form)
    company = _company(form.value("site"))
    try:
        said = _said(form)
        count_try(AT_MOST, "report", network())
        with transaction():
            report_abuse(company, _key(form), form.value("site"), network(), **said)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(company, form), refusal.status
    return redirect(url_for(".show"))


@reports.get("/sent")
def show():
    return render_template("widget/report_sent.html")


def _said(form: Form) -> dict:
    """Raises Invalid."""
    reason, text = form.choice("reason", REASONS), tidy_lines(form.value("text"), LONGEST)
    if not reason:
        form.fail("reason", _("Choose what is wrong."))
    if reason == "other" and not text:
        form.fail("text", _("Write what is wrong."))
    said = {"reason": reason, "text": text, "email": form.email("email")}
    form.check()
    return said


def _key(form: Form) -> str:
    """What makes the form the same when it is sent twice."""
    try:
        return str(uuid.UUID(form.value("key")))
    except ValueError:
        return str(uuid.uuid4())


def _company(site_key: str) -> Company:
    with transaction():
        company = company_of_chat(site_key)
    if company is None:
        raise SiteNotFound
    return company


def _page(company: Company, form: Form) -> str:
    return render_template("widget/report.html", company=company, form=form, REASONS=REASONS)
