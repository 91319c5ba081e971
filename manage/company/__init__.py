"""What a company sets for all its sites and agents, and what it sees of them."""

from manage.company import assignment_settings, first_steps, forwarding, offline_messages, settings, sms_bill, window_settings

BLUEPRINTS = (
    first_steps.first_steps,
    settings.settings,
    window_settings.window_settings,
    assignment_settings.assignment_settings,
    offline_messages.offline_messages,
    forwarding.forwarding,
    sms_bill.sms_bill,
)
