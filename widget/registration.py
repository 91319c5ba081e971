"""Filling in the form before the chat (W-24…W-26)."""

from chat.registration.registration import register as keep
from core.limits import count_try
from widget.door import widget_door
from widget.guest import Guest, text_in

# One browser, one network, and one address that many browsers claim to have: none of them fills cards by the hundred.
OF_A_VISITOR = "10 per 10 minutes"
OF_A_NETWORK = "60 per 10 minutes"
WITH_AN_ADDRESS = "20 per hour"


@widget_door.on("register")
def register(guest: Guest, request: dict) -> dict:
    """{"answers": {key: text}}; harmless when nobody asks any more."""
    answers = request.get("answers")
    answers = answers if isinstance(answers, dict) else {}
    count_try(OF_A_VISITOR, "registrations", guest.rate_key)
    count_try(OF_A_NETWORK, "registrations from", guest.company_id, guest.ip)
    if email := text_in(answers, "email", 254).casefold():
        count_try(WITH_AN_ADDRESS, "registrations as", guest.company_id, email)
    keep(guest.visitor, guest.site, answers, guest.ip, guest.page_url)
    return {}
