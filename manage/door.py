"""All pages of coming in and of the management centre, and who may enter it."""

from flask import Blueprint, g

from billing import payments
from manage import (
    assignment_settings,
    audit_entries,
    caught_mails,
    departments,
    first_steps,
    home,
    identities,
    integrity,
    invitations,
    me,
    member_invitations,
    member_passwords,
    member_sessions,
    members,
    mobiles,
    own_passwords,
    own_sessions,
    password_codes,
    password_resets,
    photos,
    plan,
    plan_account,
    plan_documents,
    plan_orders,
    plan_payments,
    plan_prices,
    plan_statement,
    plan_subscription,
    plan_vouchers,
    preferences,
    roles,
    seats,
    settings,
    sign_ins,
    sign_ups,
    sites,
    sms_bill,
    terms,
    window_settings,
)
from manage.devices import device_name
from manage.plan_shelf import locked_feature
from tenants.current import current_member

# Before signing in, and for everybody who has.
OPEN_TO_ALL = (
    sign_ups.sign_ups,
    sign_ins.sign_ins,
    password_resets.password_resets,
    password_codes.password_codes,
    invitations.invitations,
    preferences.preferences,
    terms.terms,
    photos.photos,
    caught_mails.caught_mails,
    me.me,
    own_passwords.own_passwords,
    mobiles.mobiles,
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
    identities.identities,
    settings.settings,
    window_settings.window_settings,
    assignment_settings.assignment_settings,
    audit_entries.audit_entries,
    sms_bill.sms_bill,
    integrity.integrity,
)
# "Plan & account", in the management centre too; its forms may lead on to where people pay.
PLAN = (
    plan.plan,
    plan_prices.plan_prices,
    plan_orders.plan_orders,
    plan_payments.plan_payments,
    plan_subscription.plan_subscription,
    plan_statement.plan_statement,
    plan_documents.plan_documents,
    plan_vouchers.plan_vouchers,
    plan_account.plan_account,
)

manage = Blueprint("manage", __name__, template_folder="templates")
manage.add_app_template_global(device_name)
manage.add_app_template_global(locked_feature)


def enter_centre() -> None:
    current_member().need("management.enter")


def lead_to_payment() -> None:
    g.form_targets = payments.addresses()


@manage.context_processor
def who_is_here() -> dict:
    session = g.get("session")
    return {"me": session.member if session else None, "company": g.get("company")}


for blueprint in OPEN_TO_ALL:
    manage.register_blueprint(blueprint)
for blueprint in PLAN:
    blueprint.before_request(lead_to_payment)
for blueprint in (*CENTRE, *PLAN):
    blueprint.before_request(enter_centre)
    manage.register_blueprint(blueprint)
