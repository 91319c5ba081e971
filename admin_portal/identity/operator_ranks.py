"""Giving an operator another role."""

from flask import Blueprint
from flask_babel import gettext as _

from admin_portal.identity.operator_deeds import done_about
from core.forms import Form
from operators.access import change_role
from operators.current import needs
from operators.mails import tell_change
from operators.operator import Operator
from operators.roles import TITLES

operator_ranks = Blueprint("operator_ranks", __name__, url_prefix="/operators/<int:operator_id>/role")


@operator_ranks.post("")
@needs("operators.manage", proof=True)
def update(operator_id):
    return done_about(operator_id, "operator.role_changed", _change, _("The role was changed; it counts at once."))


def _change(operator: Operator, form: Form) -> dict:
    before, role = operator.role, form.choice("role", TITLES)
    if not role or role == before:
        form.fail("role", _("Choose another role."))
    form.check()
    change_role(operator, role)
    tell_change(operator, "role")
    return {"role": f"{before} → {role}"}
