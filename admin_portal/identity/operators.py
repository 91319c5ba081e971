"""The people who run the platform: who they are, inviting another, and one of them with what can be done about him."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from chat.places.places import place_read
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from operators.audit import note
from operators.current import current_operator, needs
from operators.mails import tell
from operators.operator import Operator
from operators.roles import TITLES
from operators.second_factors import OperatorApp, OperatorPasskey
from operators.sessions import OperatorSession

operators = Blueprint("operators", __name__, url_prefix="/operators")


@operators.get("")
@needs("operators.manage")
def index():
    everybody = Operator.all()
    return render_template("admin_portal/identity/operators.html", everybody=everybody, last_seen=OperatorSession.last_seen())


@operators.get("/new")
@needs("operators.manage", proof=True)
def new():
    return _form(Form({"role": "support"}))


@operators.post("")
@needs("operators.manage", proof=True)
def create():
    form = Form(request.form)
    try:
        with transaction():
            operator = _invite(form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(form), refusal.status
    flash(_("%(name)s gets a mail with a link.", name=operator.name), "success")
    return redirect(url_for(".index"))


@operators.get("/<int:operator_id>")
@needs("operators.manage", proof=True)
def show(operator_id):
    operator = Operator.numbered(operator_id)
    return operator_page(operator, Form({"role": operator.role}))


def operator_page(operator: Operator, form: Form) -> str:
    """One operator, with what was typed into one of the forms on the page."""
    return render_template(
        "admin_portal/identity/operator.html",
        operator=operator,
        form=form,
        TITLES=TITLES,
        sessions=OperatorSession.of_operator(operator),
        app=OperatorApp.of(operator),
        passkeys=OperatorPasskey.of(operator),
        place_read=place_read,
    )


def _invite(form: Form) -> Operator:
    name = form.text("name", missing=_("Enter a name."))
    email = form.email("email", missing=_("Enter an e-mail address."))
    role = form.choice("role", TITLES)
    if not role:
        form.fail("role", _("Choose a role."))
    reason = form.text("reason", 300, missing=_("Say why; it stands in the audit log."))
    form.check()
    operator = Operator.add(email, name, role, language=current_operator().language)
    note("operator.invited", current_operator(), subject=f"operator:{operator.id}", reason=reason, email=email, role=role)
    tell(operator, "invitation", inviter=current_operator().name)
    return operator


def _form(form: Form) -> str:
    return render_template("admin_portal/identity/new_operator.html", form=form, TITLES=TITLES)
