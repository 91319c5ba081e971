"""A new password for somebody who has forgotten his, by a link in a mail (G-10)."""

import time

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Invalid, Refusal
from core.forms import Form
from core.limits import count_try
from core.pages import network, unshared
from manage.deeds import noted
from manage.entrance.signing_in import COMPANIES_TRIED, take_the_usual_time
from manage.mails import send_password_changed, send_password_link
from tenants.companies.company import Address, current_company
from tenants.people.links import end_links, link_behind
from tenants.people.members import Member
from tenants.signing_in.sessions import end_sessions

password_resets = Blueprint("password_resets", __name__)
password_resets.after_request(unshared)

PER_ADDRESS = "5 per hour"
PER_NETWORK = "20 per hour"


@password_resets.get("/password/forgotten")
def new():
    return render_template("manage/password_resets/new.html", form=Form(request.args.to_dict()))


@password_resets.post("/password/forgotten")
def create():
    """The same answer whether anybody has this address or not."""
    form = Form(request.form)
    try:
        email = form.email("email", missing=_("Enter your e-mail address."))
        form.check()
        count_try(PER_NETWORK, "password-link", network())
        count_try(PER_ADDRESS, "password-link", email)
    except Refusal as refusal:
        form.refuse(refusal)
        return render_template("manage/password_resets/new.html", form=form), refusal.status
    _send_links(email)
    return render_template("manage/password_resets/sent.html", email=email)


@password_resets.get("/password/<token>")
def edit(token):
    with link_behind("password", token) as link:
        return _page(Form(), link.member, token)


@password_resets.post("/password/<token>")
def update(token):
    form = Form(request.form)
    try:
        with link_behind("password", token, to_use=True) as link:
            member, company_id = link.use(), current_company().company_id
            member.change_password(form.secret("password"))
            end_sessions(member)
            end_links(member)
            noted("password.changed", member, by=member)
            send_password_changed.later(member_id=member.id)
    except Invalid as invalid:
        form.refuse(invalid)
        with link_behind("password", token) as link:
            return _page(form, link.member, token), invalid.status
    flash(_("Your password has been changed. Sign in with the new one."), "success")
    return redirect(url_for("manage.sign_ins.new", company_id=company_id))


def _page(form: Form, member: Member, token: str) -> str:
    return render_template("manage/password_resets/edit.html", form=form, member=member, company=current_company(), token=token)


def _send_links(email: str) -> None:
    """One mail for each company the address works for."""
    began = time.monotonic()
    with transaction():
        companies = Address.companies_of(email)
    for company in companies[:COMPANIES_TRIED]:
        with company.entered(), transaction():
            if member := Member.known_as(email):
                send_password_link.later(member_id=member.id)
    take_the_usual_time(began)
