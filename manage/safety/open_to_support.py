"""Which pages of the management centre an operator may see who visits with the company's consent (saas/support_visits.py).

Whatever is not the centre's is closed; of the centre a page is shown unless it is in NEVER, and changed only if it is in
CHANGED and the company granted writing.  A new page of the centre is shown: whoever adds one that must not be says so here.
"""

from manage.door import CENTRE

# Passwords, second factors, sessions, secrets, money, consent itself, and what would make an operator a visitor of the company.
NEVER = frozenset(
    {
        "member_passwords",
        "member_second_factors",
        "member_sessions",
        "provisioning_tokens",
        "single_sign_on_settings",
        "identities",
        "forwarding",
        "sms_bill",
        "style_renewals",
        "style_removals",
        "support_access",
        "first_steps.try_chat",
    }
)
# With writing granted: settings, styles and routing.
CHANGED = frozenset(
    {
        "settings",
        "window_settings",
        "assignment_settings",
        "styles",
        "style_registration",
        "style_launchers",
        "style_windows",
        "style_prompts",
        "style_hours",
        "style_invitations",
        "style_pictures",
        "style_versions",
        "style_routing",
        "style_strategies",
    }
)
# Data in bulk leaves by the company's own hands only.
_EXPORT = "export"


def shown_to_support(endpoint: str) -> bool:
    """Whether "manage.members.index" may be looked at."""
    resource, _dot, view = endpoint.removeprefix("manage.").partition(".")
    is_centres = resource == "home" or resource in {blueprint.name for blueprint in CENTRE}
    return is_centres and not NEVER & {resource, f"{resource}.{view}"} and not view.startswith(_EXPORT)


def changed_by_support(endpoint: str) -> bool:
    """Whether its forms may be sent, with writing granted."""
    return endpoint.removeprefix("manage.").partition(".")[0] in CHANGED and shown_to_support(endpoint)
