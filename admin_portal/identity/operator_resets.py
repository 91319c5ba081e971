"""A new link for an operator who has lost password or second factor, or has not used the first one."""

from flask import Blueprint
from flask_babel import gettext as _

from admin_portal.identity.operator_deeds import done_about
from core.forms import Form
from operators.access import reset
from operators.current import current_operator, needs
from operators.mails import tell
from operators.operator import Operator

operator_resets = Blueprint("operator_resets", __name__, url_prefix="/operators/<int:operator_id>/reset")


@operator_resets.post("")
@needs("operators.manage", proof=True)
def create(operator_id):
    said = _("Password and second factor are gone; a mail with a new link is on its way.")
    return done_about(operator_id, "operator.reset", _reset, said)


def _reset(operator: Operator, form: Form) -> None:
    reset(operator)
    tell(operator, "reset", by=current_operator().name)
