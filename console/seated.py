"""Whoever takes visitors holds a seat."""

from flask_babel import lazy_gettext as _l

from core.errors import Refusal
from tenants.companies.company import current_company
from tenants.people.seats import SeatsUnknown


class NotSeated(Refusal):
    code = "not_seated"
    message = _l("You are offline. Go online first.")


def need_seat(member_id: int) -> None:
    """Raises NotSeated.  While Redis is away whoever asks is believed."""
    try:
        seated = current_company().seated
    except SeatsUnknown:
        return
    if member_id not in seated:
        raise NotSeated
