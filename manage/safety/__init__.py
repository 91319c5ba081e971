"""How safe a company wants to be, and what was done in it."""

from manage.safety import (
    audit_entries,
    company_security,
    integrity,
    networks,
    provisioning_tokens,
    sign_in_entries,
    single_sign_on_settings,
    support_access,
)

BLUEPRINTS = (
    company_security.company_security,
    networks.networks,
    single_sign_on_settings.single_sign_on_settings,
    provisioning_tokens.provisioning_tokens,
    audit_entries.audit_entries,
    sign_in_entries.sign_in_entries,
    support_access.support_access,
    integrity.integrity,
)
