"""What gateways charge, as a file: a gateway, a country, a currency and the cost of one part of an SMS in each line."""

from flask_babel import gettext as _

from admin_portal.countries import OTHERS
from admin_portal.sales.price_files import is_country, no_country, odd_line, rows_in
from billing.money import EXPONENTS
from sms.costs import Place, micros_in
from sms.gateways import KINDS
from sms.rates import ELSEWHERE

HEADS = ("gateway", "country", "currency", "cost")


def costs_in(text: str) -> dict[Place, int | None]:
    """Millionths by place; None for a cost that was left empty.  Raises Invalid with the line that cannot be read."""
    return dict(_cost(number, *row) for number, row in rows_in(text, HEADS))


def _cost(line: int, gateway: str, country: str, currency: str, cost: str) -> tuple[Place, int | None]:
    gateway, country, currency = gateway.lower(), country.upper(), currency.upper()
    if gateway not in KINDS:
        raise odd_line(line, _("%(word)s is no gateway: %(known)s.", word=gateway[:20], known=", ".join(KINDS)))
    if country != OTHERS and not is_country(country):
        raise odd_line(line, no_country(country))
    if currency not in EXPONENTS:
        raise odd_line(line, _("%(word)s is no currency: %(known)s.", word=currency[:20], known=", ".join(EXPONENTS)))
    micros = micros_in(cost)
    if cost and micros is None:
        raise odd_line(line, _("%(word)s is no cost like 0.0075.", word=cost[:20]))
    return (gateway, ELSEWHERE if country == OTHERS else country, currency), micros
