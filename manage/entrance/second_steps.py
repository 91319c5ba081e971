"""The second step of signing in: the app's code or a recovery code (ASVS 6.3.3)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import db, transaction
from core.errors import Refusal
from core.forms import Form
from core.limits import TooManyTries, count_try
from core.one_time_codes import WrongCode, looks_like_app_code
from manage.entrance.halfway import Halfway
from manage.entrance.sign_ins import enter
from manage.entrance.signing_in import Who, device_token, note_try
from manage.mails import send_codes_tried
from tenants.companies.company import Company, current_company
from tenants.people.members import Member
from tenants.signing_in.known_devices import KnownDevice
from tenants.signing_in.second_factors import RecoveryCode, SecondFactor

second_steps = Blueprint("second_steps", __name__, url_prefix="/sign-in/second")

FEW_LEFT = 3
WARNED = "1 per day"


@second_steps.get("")
def new():
    return _page(Form()) if Halfway.current() else _too_late()


@second_steps.post("")
def create():
    halfway, form = Halfway.current(), Form(request.form)
    if halfway is None:
        return _too_late()
    try:
        method = _prove(halfway.who, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status
    return enter(halfway.who, Form(halfway.typed), method, trusts_device=form.yes("trust"))


def _prove(who: Who, form: Form) -> str:
    """How he proved it.  Raises Invalid, WrongCode, TooManyTries."""
    code = form.text("code", 40, missing=_("Enter the code."))
    form.check()
    with transaction():
        company = Company.numbered(who.company)
    with company.entered():
        try:
            with transaction():
                return _use(db.session.get_one(Member, who.member), code)
        except (WrongCode, TooManyTries) as refusal:
            # The try itself stays written down.
            with transaction():
                _note(db.session.get_one(Member, who.member), refusal)
            raise


def _use(member: Member, code: str) -> str:
    factor, device = SecondFactor.of(member), KnownDevice.of(member, device_token())
    browser = device.id if device is not None else ""
    if factor is not None and looks_like_app_code(code):
        factor.use(code, browser)
        return "code"
    left = RecoveryCode.use(member, code, browser)
    if left <= FEW_LEFT:
        flash(_("%(count)s recovery codes are left. Make new ones under “My security”.", count=left), "warning")
    return "recovery_code"


def _note(member: Member, refusal: WrongCode | TooManyTries) -> None:
    if isinstance(refusal, WrongCode):
        note_try(member, "code", "wrong_code")
    else:
        _warn(member)


def _warn(member: Member) -> None:
    """Whoever tries so many codes knows the password: its owner hears of it, once a day (ASVS 6.3.5)."""
    try:
        count_try(WARNED, "codes tried", current_company().id, member.id)
    except TooManyTries:
        return
    send_codes_tried.later(member_id=member.id)


def _page(form: Form) -> str:
    return render_template("manage/second_steps/new.html", form=form)


def _too_late():
    flash(_("That took too long. Sign in again."), "warning")
    return redirect(url_for("manage.sign_ins.new"))
