"""Helping a company: access, seats, mails, and looking inside with its consent."""

from admin_portal.help import (
    access_resets,
    break_glasses,
    company_help,
    company_mails,
    seat_releases,
    support_requests,
    visits,
)

BLUEPRINTS = (
    company_help.company_help,
    access_resets.access_resets,
    seat_releases.seat_releases,
    company_mails.mails,
    support_requests.support_requests,
    visits.visits,
    break_glasses.break_glasses,
)
