"""What we sell, as a table one can read aloud."""

from dataclasses import dataclass
from datetime import timedelta

PROFESSIONAL_RIGHTS = {
    "seats": 10,
    "styles": 5,
    "flags": [
        "regional_routing",
        "visitor_registration",
        "custom_logo",
        "phrase_categories",
        "designated_agents",
        "reports",
        "open_api",
    ],
}


@dataclass(frozen=True)
class Trial:
    """A plan to try, once, without a card."""

    code: str
    rights: dict
    lasts: timedelta


# F-07: 15 days for every new registration, then back to the free edition by itself.
PROFESSIONAL_TRIAL = Trial("trial:professional", PROFESSIONAL_RIGHTS, timedelta(days=15))
