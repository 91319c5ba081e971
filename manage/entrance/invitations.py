"""Accepting an invitation: a colleague chooses a name and a password and is in."""

from flask import Blueprint, redirect, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _

from core.errors import Invalid
from core.forms import Form
from core.pages import unshared
from manage.deeds import noted
from manage.entrance.signing_in import Who, first_page, keep_cookie, sign_in
from tenants.companies.company import current_company
from tenants.people.links import Link, link_behind

invitations = Blueprint("invitations", __name__)
invitations.after_request(unshared)


@invitations.get("/invitations/<token>")
def edit(token):
    with link_behind("invitation", token) as link:
        return _page(Form({"name": link.member.name}), link, token)


@invitations.post("/invitations/<token>")
def update(token):
    form = Form(request.form)
    try:
        with link_behind("invitation", token, to_use=True) as link:
            who = _join(link, form)
    except Invalid as invalid:
        form.refuse(invalid)
        with link_behind("invitation", token) as link:
            return _page(form, link, token), invalid.status
    cookie, member = sign_in(who)
    return keep_cookie(redirect(first_page(member, managing=True)), cookie, remember=False)


def _join(link: Link, form: Form) -> Who:
    member = link.use()
    name = form.text("name", missing=_("Enter your name."))
    form.check()
    member.name = name
    member.change_password(form.secret("password"))
    member.language = member.language or str(get_locale())
    noted("member.joined", member, by=member)
    member.changed()
    return Who(current_company().id, member.id)


def _page(form: Form, link: Link, token: str) -> str:
    return render_template(
        "manage/invitations/edit.html", form=form, member=link.member, company=current_company(), token=token
    )
