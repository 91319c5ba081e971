"""The way in: signing up, signing in, and what may come between."""

from manage.entrance import (
    duties,
    invitations,
    network_confirmations,
    passkey_sign_ins,
    password_codes,
    password_resets,
    provider_sign_ins,
    second_steps,
    sign_ins,
    sign_ups,
    single_sign_ons,
    terms,
)

BLUEPRINTS = (
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
    terms.terms,
)
