"""How anything is done about another operator: with a reason, noted, never to oneself, and told on the page."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_portal.identity.operators import operator_page
from core.db import lock, transaction
from core.errors import Refusal
from core.forms import Form
from operators.audit import note
from operators.current import current_operator
from operators.operator import Operator


class NotOneself(Refusal):
    code = "not_oneself"
    message = _l("Another owner has to do this for you.")
    status = 403


def done_about(operator_id: int, action: str, deed: Callable[[Operator, Form], dict | None], said: str):
    """The answer to a form about an operator: `deed` is done, gives details for the log, and `said` tells so."""
    form, operator = Form(request.form), Operator.numbered(operator_id)
    try:
        with transaction():
            _do(operator, action, deed, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return operator_page(operator, form), refusal.status
    flash(said, "success")
    return redirect(url_for("admin_portal.operators.show", operator_id=operator_id))


def _do(operator: Operator, action: str, deed: Callable[[Operator, Form], dict | None], form: Form) -> None:
    reason = form.text("reason", 300, missing=_("Say why; it stands in the audit log."))
    form.check()
    if operator.id == current_operator().id:
        raise NotOneself
    lock(operator)
    details = deed(operator, form) or {}
    note(action, current_operator(), subject=f"operator:{operator.id}", reason=reason, email=operator.email, **details)
