"""All pages of coming in and of the management centre, and who may enter it."""

from flask import Blueprint, g

from manage import (
    audit_entries,
    caught_mails,
    departments,
    first_steps,
    home,
    invitations,
    me,
    member_invitations,
    member_passwords,
    member_sessions,
    members,
    own_passwords,
    own_sessions,
    password_resets,
    photos,
    preferences,
    roles,
    seats,
    settings,
    sign_ins,
    sign_ups,
    sites,
    terms,
)
from manage.devices import device_name
from tenants.current import current_member

# Before signing in, and for everybody who has.
OPEN_TO_ALL = (
    sign_ups.sign_ups,
    sign_ins.sign_ins,
    password_resets.password_resets,
    invitations.invitations,
    preferences.preferences,
    terms.terms,
    photos.photos,
    caught_mails.caught_mails,
    me.me,
    own_passwords.own_passwords,
    own_sessions.own_sessions,
    home.home,
)
# For those whose role lets them into the management centre.
CENTRE = (
    first_steps.first_steps,
    members.members,
    member_invitations.member_invitations,
    member_passwords.member_passwords,
    member_sessions.member_sessions,
    departments.departments,
    roles.roles,
    seats.seats,
    sites.sites,
    settings.settings,
    audit_entries.audit_entries,
)

manage = Blueprint("manage", __name__, template_folder="templates")
manage.add_app_template_global(device_name)


def enter_centre() -> None:
    current_member().need("management.enter")


@manage.context_processor
def who_is_here() -> dict:
    session = g.get("session")
    return {"me": session.member if session else None, "company": g.get("company")}


for blueprint in OPEN_TO_ALL:
    manage.register_blueprint(blueprint)
for blueprint in CENTRE:
    blueprint.before_request(enter_centre)
    manage.register_blueprint(blueprint)
