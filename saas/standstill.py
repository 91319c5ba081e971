"""What goes on while a company is suspended or closed, in one table.

Everything else is refused by default: whatever writes into such a company the database refuses (core.db.Standstill), and
a form that would write beside it is refused at the door (saas/tenancy.py).  What the sockets' doors still take stands in
console/door.py and widget/door.py, what workers still do in tenants/companies/outboxes.py.
"""

# The beginnings of endpoints.
GO_ON = (
    # Coming in, and going.
    "manage.duties.",
    "manage.halfway.",
    "manage.passkey_sign_ins.",
    "manage.password_codes.",
    "manage.password_resets.",
    "manage.preferences.",
    "manage.provider_sign_ins.",
    "manage.second_steps.",
    "manage.sign_ins.",
    "manage.sign_ups.",
    "manage.single_sign_ons.",
    # One's own security.
    "manage.member_sessions.",
    "manage.network_confirmations.",
    "manage.own_passkeys.",
    "manage.own_passwords.",
    "manage.own_sessions.",
    "manage.second_factor_setups.",
    # Paying.
    "manage.plan",
    "stripe_hooks.",
    # Taking data along: it is noted in the audit log who did.
    "manage.offline_messages.export_",
    "manage.own_data.",
    # Putting away what is told above the work.
    "manage.notices.",
    # Help: what an operator does, and whom the company lets look.
    "admin_portal.",
    "manage.support_access.",
    # Files in a conversation that goes on; none is begun (chat/reception/receptions.py).
    "console.files.",
    "widget.files.",
    # What comes in from others is kept.
    "incoming_mails.",
    "sms_reports.",
)
# Here the door decides by event.
DECIDED_LATER = ("console.calls.",)


def goes_on(endpoint: str | None) -> bool:
    """Whether this view may write also into a company that is at a standstill."""
    return (endpoint or "").startswith(GO_ON)


def is_decided_later(endpoint: str | None) -> bool:
    """Whether this view is let through, and what it writes looked at then."""
    return (endpoint or "").startswith(DECIDED_LATER)
