"""All pages of the portal.  Each view says which permission it wants; tests walk them all with every role and with none."""

from flask import Blueprint, g

from admin_portal import abuse, companies, help, identity, lifecycle, money, operations, sales
from admin_portal.doors import status_of
from admin_portal.menu import menu, tabs

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
    "admin_portal.preferences.update",
)

admin_portal = Blueprint("admin_portal", __name__, url_prefix="/operator", template_folder="templates")


@admin_portal.context_processor
def who_is_here() -> dict:
    session = g.get("operator_session")
    return {"me": session.operator if session else None, "menu": menu, "tabs": tabs, "status_of": status_of}


for area in AREAS:
    for blueprint in area.BLUEPRINTS:
        admin_portal.register_blueprint(blueprint)
