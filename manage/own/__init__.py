"""What somebody sets for himself: name, password, devices, texts."""

from manage.own import (
    data,
    me,
    mobiles,
    passkeys,
    passwords,
    photos,
    preferences,
    prompts,
    second_factor_setups,
    security,
    sessions,
)

BLUEPRINTS = (
    me.me,
    photos.photos,
    preferences.preferences,
    mobiles.mobiles,
    passwords.own_passwords,
    prompts.own_prompts,
    sessions.own_sessions,
    security.security,
    second_factor_setups.second_factor_setups,
    passkeys.own_passkeys,
    data.own_data,
)
