"""Disabling an operator, who is out at once, and enabling him again."""

from flask import Blueprint
from flask_babel import gettext as _

from admin_portal.identity.operator_deeds import done_about
from core.forms import Form
from operators.access import disable, enable
from operators.current import needs
from operators.mails import tell_change
from operators.operator import Operator

operator_disablements = Blueprint("operator_disablements", __name__, url_prefix="/operators/<int:operator_id>")


@operator_disablements.post("/disable")
@needs("operators.manage", proof=True)
def create(operator_id):
    return done_about(operator_id, "operator.disabled", _disable, _("Disabled, and signed out everywhere."))


@operator_disablements.post("/enable")
@needs("operators.manage", proof=True)
def destroy(operator_id):
    return done_about(operator_id, "operator.enabled", _enable, _("Enabled again."))


def _disable(operator: Operator, form: Form) -> None:
    disable(operator)
    tell_change(operator, "disabled")


def _enable(operator: Operator, form: Form) -> None:
    enable(operator)
    tell_change(operator, "enabled")
