"""What one segment costs, in credits, by the country it goes to."""

CREDITS = {"CN": 1, "US": 1, "CA": 1, "HK": 2, "MO": 2, "TW": 2, "SG": 2}
# Elsewhere gateways charge several times as much.
ELSEWHERE = 4


def credits_for(country: str, segments: int) -> int:
    """Whole credits for a text of so many segments to a country ("CN")."""
    return CREDITS.get(country, ELSEWHERE) * segments
