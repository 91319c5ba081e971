"""All pages of coming in and of the management centre, and who may enter it."""

from flask import Blueprint, g, request

from billing import payments
from core.devices import device_name
from manage import caught_mails, company, entrance, home, members, notices, own, plan, safety, styles
from manage.entrance import duties
from manage.notices import notices_here
from manage.plan.shelf import locked_feature
from manage.styles.pages import style_blueprints, style_state, style_tabs
from tenants.people.duties import second_factor_due
from tenants.platform.settings import limits
from tenants.platform.switches import need
from tenants.rights.entitlements import free
from tenants.signing_in.current import current_member

# Before signing in, and for everybody who has.
OPEN_TO_ALL = (*entrance.BLUEPRINTS, *own.BLUEPRINTS, notices.notices, caught_mails.caught_mails, home.home)
# For those whose role lets them into the management centre.
CENTRE = (*company.BLUEPRINTS, *members.BLUEPRINTS, *styles.BLUEPRINTS, *safety.BLUEPRINTS)

manage = Blueprint("manage", __name__, template_folder="templates")
for ask in (device_name, locked_feature, notices_here, style_blueprints, style_state, style_tabs):
    manage.add_app_template_global(ask)
manage.add_app_template_global(limits, "limits")
manage.add_app_template_global(free, "free_edition")


def enter_centre() -> None:
    current_member().need("management.enter")


def keep_exports() -> None:
    """Whatever gives a table away as a file is called `export…`.  Raises SwitchedOff."""
    if request.endpoint.rpartition(".")[2].startswith("export"):
        need("exports")


def lead_to_payment() -> None:
    g.form_targets = payments.addresses()


manage.before_request(duties.lead_there)
manage.before_request(keep_exports)


@manage.context_processor
def who_is_here() -> dict:
    session = g.get("session")
    member = session.member if session else None
    return {"me": member, "company": g.get("company"), "second_factor_due": second_factor_due(member) if member else None}


for blueprint in OPEN_TO_ALL:
    manage.register_blueprint(blueprint)
# "Plan & account", in the management centre too; its forms may lead on to where people pay.
for blueprint in plan.BLUEPRINTS:
    blueprint.before_request(lead_to_payment)
for blueprint in (*CENTRE, *plan.BLUEPRINTS):
    blueprint.before_request(enter_centre)
    manage.register_blueprint(blueprint)
