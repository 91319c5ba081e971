"""All pages of the portal.  Each view says which permission it wants; tests walk them all with every role and with none."""

from flask import Blueprint, g, redirect, url_for

from admin_portal import abuse, companies, exports, help, identity, lifecycle, money, operations, sales
from admin_portal.doors import status_of
from admin_portal.identity import proofs
from admin_portal.menu import menu, tabs
from core.errors import NotFound
from core.tokens import new_token
from operators.current import needs

AREAS = (identity, companies, lifecycle, help, sales, money, operations, abuse)
# Before signing in: these views want nobody.
OPEN = (
    "admin_portal.sign_ins.new",
    "admin_portal.sign_ins.create",
    "admin_portal.second_steps.new",
    "admin_portal.second_steps.create",
    "admin_portal.passkey_sign_ins.prepare",
    "admin_portal.passkey_sign_ins.create",
    "admin_portal.invitations.edit",
    "admin_portal.invitations.update",
    "admin_portal.invited_apps.new",
    "admin_portal.invited_apps.create",
    "admin_portal.invited_passkeys.prepare",
    "admin_portal.invited_passkeys.create",
    "admin_portal.password_looks.create",
    "admin_portal.preferences.update",
)

admin_portal = Blueprint("admin_portal", __name__, url_prefix="/operator", template_folder="templates")
admin_portal.before_request(proofs.accept)
admin_portal.after_request(exports.noted)


@admin_portal.get("")
@needs("")
def start():
    """Where an operator begins."""
    return redirect(url_for("admin_portal.companies.index"))


@admin_portal.get("/<path:address>")
@needs("")
def nowhere(address):
    """What the portal does not have; in its own frame."""
    raise NotFound


@admin_portal.context_processor
def who_is_here() -> dict:
    session = g.get("operator_session")
    return {
        "me": session.operator if session else None,
        "menu": menu,
        "tabs": tabs,
        "status_of": status_of,
        "new_key": new_token,
    }


for area in AREAS:
    for blueprint in area.BLUEPRINTS:
        admin_portal.register_blueprint(blueprint)
