"""New recovery codes of an operator; those before stop working."""

from flask import Blueprint, render_template

from core.db import transaction
from core.pages import unshared
from operators.audit import note
from operators.current import current_operator, needs
from operators.mails import tell_change
from operators.second_factors import OperatorRecoveryCode

own_recovery_codes = Blueprint("own_recovery_codes", __name__, url_prefix="/security/recovery-codes")
own_recovery_codes.after_request(unshared)


@own_recovery_codes.post("")
@needs("", proof=True)
def create():
    operator = current_operator()
    with transaction():
        codes = OperatorRecoveryCode.make(operator)
        note("operator.recovery_codes_made", operator)
        tell_change(operator, "recovery_codes")
    return render_template("admin_portal/identity/own_codes.html", codes=codes)
