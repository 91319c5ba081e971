"""What an operator can see and do about the safety of his own account: password, factors, where he is signed in."""

from zoneinfo import available_timezones

from flask import Blueprint, render_template

from chat.places.places import place_read
from core.forms import Form
from operators.current import current_operator, current_operator_session, needs
from operators.second_factors import OperatorApp, OperatorPasskey, OperatorRecoveryCode
from operators.sessions import OperatorSession

security = Blueprint("security", __name__, url_prefix="/security")


@security.get("")
@needs("")
def show():
    operator = current_operator()
    return render_template(
        "admin_portal/identity/security.html",
        sessions=OperatorSession.of_operator(operator),
        this=current_operator_session(),
        app=OperatorApp.of(operator),
        passkeys=OperatorPasskey.of(operator),
        codes_left=OperatorRecoveryCode.left(operator),
        place_read=place_read,
        form=Form({"language": operator.language, "time_zone": operator.time_zone}),
        time_zones=[(zone, zone) for zone in sorted(available_timezones())],
    )
