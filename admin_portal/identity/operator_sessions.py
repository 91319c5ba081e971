"""Signing an operator out everywhere."""

from flask import Blueprint
from flask_babel import gettext as _

from admin_portal.identity.operator_deeds import done_about
from core.forms import Form
from operators.current import needs
from operators.operator import Operator
from operators.sessions import end_sessions

operator_sessions = Blueprint("operator_sessions", __name__, url_prefix="/operators/<int:operator_id>/sessions")


@operator_sessions.post("/end")
@needs("operators.manage", proof=True)
def destroy_all(operator_id):
    return done_about(operator_id, "operator.session_ended", _end, _("Signed out everywhere."))


def _end(operator: Operator, form: Form) -> None:
    end_sessions(operator)
