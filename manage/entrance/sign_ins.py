"""Signing in and out (A-18, CF-22)."""

import time

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from chat.visitors.presence import PRESENCES
from core import cookies
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.pages import local_path
from manage.entrance.halfway import Halfway, password_mark, second_step_is_wanted
from manage.entrance.signing_in import SignIn, Who, drop_cookie, first_page, keep_cookie, sign_in, sign_out
from tenants.companies.company import Company

sign_ins = Blueprint("sign_ins", __name__)

# Besides the states an agent may begin in: not taking a seat at all.
MANAGE_ONLY = "manage"
BEGINNINGS = [presence for presence in PRESENCES if presence != "offline"] + [MANAGE_ONLY]
REMEMBERED = "sign_in"
A_YEAR = 365 * 24 * 3600
CHOICE_LASTS = 300


@sign_ins.get("/sign-in")
def new():
    return _page(Form(_remembered() | request.args.to_dict()))


@sign_ins.post("/sign-in")
def create():
    form = Form(request.form)
    company_id, name = (
        form.text("company_id", 40),
        form.text("name", 254, missing=_("Enter your agent number or e-mail address.")),
    )
    password = form.secret("password", missing=_("Enter your password."))
    try:
        form.check()
        return let_in(SignIn(company_id, name, password).find(), form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status


@sign_ins.post("/sign-in/company")
def choose():
    """One of several companies that the same address and password fit."""
    choice = session.get("choice", {})
    chosen = Form(request.form).id("company")
    if choice.get("until", 0) < time.time() or str(chosen) not in choice["among"]:
        return _too_late()
    member, mark = choice["among"][str(chosen)]
    who = Who(chosen, member)
    if password_mark(who) != mark:
        return _too_late()
    return let_in([who], Form(choice["typed"]), choice["method"])


@sign_ins.post("/sign-out")
def destroy():
    sign_out()
    flash(_("You have signed out."), "success")
    return drop_cookie(redirect(url_for("manage.sign_ins.new")))


def _too_late():
    flash(_("That took too long. Sign in again."), "warning")
    return redirect(url_for("manage.sign_ins.new"))


def _page(form: Form) -> str:
    return render_template(
        "manage/sign_ins/new.html", form=form, presences=PRESENCES, beginnings=BEGINNINGS, MANAGE_ONLY=MANAGE_ONLY
    )


def _remembered() -> dict:
    company_id, _bar, begin = cookies.kept(REMEMBERED).partition("|")
    return {"company_id": company_id, "begin": begin, "remember": company_id}


def _ask_which(found: list[Who], form: Form, method: str) -> str:
    with transaction():
        companies = [Company.numbered(who.company) for who in found]
    # The cookie is signed, so what it says was proved by the password a moment ago.
    session["choice"] = {
        "until": time.time() + CHOICE_LASTS,
        "among": {str(who.company): [who.member, password_mark(who)] for who in found},
        "typed": {name: form.value(name) for name in ("begin", "remember", "next")},
        "method": method,
    }
    return render_template("manage/sign_ins/choose.html", companies=companies)


def let_in(found: list[Who], form: Form, method: str = "password"):
    """The answer to who has proved by `method` that he is one of these: which, the second step, or in.

    Raises WrongSignIn and what else keeps somebody out.
    """
    if len(found) > 1:
        return _ask_which(found, form, method)
    [who] = found
    if second_step_is_wanted(who):
        Halfway.begin(who, form)
        return redirect(url_for("manage.second_steps.new"))
    return enter(who, form, method)


def enter(who: Who, form: Form, method: str = "password", trusts_device: bool = False):
    """The answer that lets somebody in who has proved all he must, by one of METHODS.  Raises WrongSignIn."""
    begin, remember = form.choice("begin", BEGINNINGS, "online"), form.yes("remember")
    cookie, member = sign_in(who, remember, "" if begin == MANAGE_ONLY else begin, method, trusts_device)
    page = local_path(form.value("next"), first_page(member, managing=begin == MANAGE_ONLY))
    response = keep_cookie(redirect(page), cookie, remember)
    if remember:
        with transaction():
            company_id = Company.numbered(who.company).company_id
        cookies.keep(response, REMEMBERED, f"{company_id}|{begin}", A_YEAR)
    else:
        cookies.drop(response, REMEMBERED)
    return response
