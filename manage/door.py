"""All pages of coming in and of the management centre, and who may enter it."""

from flask import Blueprint, g, request

from billing import payments
from core.devices import device_name
from manage import (
    assignment_settings,
    audit_entries,
    caught_mails,
    company_security,
    departments,
    duties,
    first_steps,
    forwarding,
    home,
    identities,
    integrity,
    invitations,
    me,
    member_invitations,
    member_passwords,
    member_second_factors,
    member_sessions,
    members,
    mobiles,
    network_confirmations,
    networks,
    notices,
    offline_messages,
    own_data,
    own_passkeys,
    own_passwords,
    own_prompts,
    own_sessions,
    passkey_sign_ins,
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
    provider_sign_ins,
    provisioning_tokens,
    roles,
    seats,
    second_factor_setups,
    second_steps,
    security,
    settings,
    sign_in_entries,
    sign_ins,
    sign_ups,
    single_sign_on_settings,
    single_sign_ons,
    sites,
    sms_bill,
    style_explanations,
    style_hours,
    style_invitations,
    style_launchers,
    style_pictures,
    style_previews,
    style_prompts,
    style_registration,
    style_removals,
    style_renewals,
    style_routing,
    style_strategies,
    style_versions,
    style_windows,
    styles,
    support_access,
    terms,
    window_settings,
)
from manage.notices import notices_here
from manage.plan_shelf import locked_feature
from manage.style_pages import style_blueprints, style_state, style_tabs
from tenants.current import current_member
from tenants.duties import second_factor_due
from tenants.entitlements import free
from tenants.platform_settings import limits
from tenants.switches import need

# Before signing in, and for everybody who has.
OPEN_TO_ALL = (
    sign_ups.sign_ups,
    sign_ins.sign_ins,
    duties.duties,
    second_steps.second_steps,
    passkey_sign_ins.passkey_sign_ins,
    single_sign_ons.single_sign_ons,
    provider_sign_ins.provider_sign_ins,
    password_resets.password_resets,
    password_codes.password_codes,
    invitations.invitations,
    network_confirmations.network_confirmations,
    preferences.preferences,
    notices.notices,
    terms.terms,
    photos.photos,
    caught_mails.caught_mails,
    me.me,
    own_passwords.own_passwords,
    own_prompts.own_prompts,
    mobiles.mobiles,
    own_sessions.own_sessions,
    security.security,
    second_factor_setups.second_factor_setups,
    own_passkeys.own_passkeys,
    own_data.own_data,
    home.home,
)
# For those whose role lets them into the management centre.
CENTRE = (
    first_steps.first_steps,
    members.members,
    member_invitations.member_invitations,
    member_passwords.member_passwords,
    member_second_factors.member_second_factors,
    member_sessions.member_sessions,
    sign_in_entries.sign_in_entries,
    departments.departments,
    roles.roles,
    seats.seats,
    styles.styles,
    style_registration.style_registration,
    forwarding.forwarding,
    offline_messages.offline_messages,
    style_launchers.style_launchers,
    style_windows.style_windows,
    style_prompts.style_prompts,
    style_hours.style_hours,
    style_invitations.style_invitations,
    style_previews.style_previews,
    style_pictures.style_pictures,
    style_renewals.style_renewals,
    style_removals.style_removals,
    style_versions.style_versions,
    style_explanations.style_explanations,
    style_routing.style_routing,
    style_strategies.style_strategies,
    sites.sites,
    identities.identities,
    settings.settings,
    company_security.company_security,
    networks.networks,
    single_sign_on_settings.single_sign_on_settings,
    provisioning_tokens.provisioning_tokens,
    window_settings.window_settings,
    assignment_settings.assignment_settings,
    audit_entries.audit_entries,
    support_access.support_access,
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
for blueprint in PLAN:
    blueprint.before_request(lead_to_payment)
for blueprint in (*CENTRE, *PLAN):
    blueprint.before_request(enter_centre)
    manage.register_blueprint(blueprint)
