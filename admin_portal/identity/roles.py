"""What each kind of operator may do, as it stands in operators/roles.py."""

from flask import Blueprint, render_template

from operators.current import needs
from operators.operator import Operator
from operators.roles import PERMISSIONS, ROLES, TITLES

roles = Blueprint("roles", __name__, url_prefix="/roles")


@roles.get("")
@needs("")
def index():
    everybody = [operator for operator in Operator.all() if operator.is_active]
    holders = {role: [operator for operator in everybody if operator.role == role] for role in ROLES}
    return render_template(
        "admin_portal/identity/roles.html", PERMISSIONS=PERMISSIONS, ROLES=ROLES, TITLES=TITLES, holders=holders
    )
