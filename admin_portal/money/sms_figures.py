"""What SMS bring and cost: by step, by country and by gateway, over the same days."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_portal.countries import country_name
from admin_portal.money.figure import Column, Figure, Line
from billing.money import spoken
from billing.spans import Span
from sms.margins import Margin, Sent, margins_by


def by_step(sent: Sequence[Sent], span: Span, currency: str) -> list[Margin]:
    """Each step of a span, those without an SMS too."""
    return margins_by(lambda one: span.step_with(one.day), sent, currency, always=span.steps())


def by_country(sent: Sequence[Sent], span: Span, currency: str) -> list[Margin]:
    return _most_first(margins_by(lambda one: one.country, sent, currency))


def by_gateway(sent: Sequence[Sent], span: Span, currency: str) -> list[Margin]:
    return _most_first(margins_by(lambda one: one.gateway, sent, currency))


def _most_first(margins: list[Margin]) -> list[Margin]:
    return sorted(margins, key=lambda margin: -margin.segments)


def _elsewhere(row: Margin) -> str | None:
    return ", ".join(spoken(amount, currency) for currency, amount in row.elsewhere.items()) or None


def _country(row: Margin) -> str:
    return country_name(row.about) if row.about else _("Unknown country")


_AMOUNTS = (
    Column(_l("Parts"), "count", lambda row: row.segments),
    Column(_l("Credits"), "count", lambda row: row.credits),
    Column(_l("Brought in all"), "money", lambda row: row.brought),
    Column(_l("Brought at known cost"), "money", lambda row: row.covered),
    Column(_l("Cost"), "money", lambda row: row.cost),
    Column(_l("Margin"), "money", lambda row: row.margin),
    Column(_l("Margin share"), "share", lambda row: row.share),
    Column(_l("Parts of unknown cost"), "count", lambda row: row.unknown),
    Column(_l("Cost in other currencies"), "text", _elsewhere),
)
_BARS = Line(4), Line(5), Line(6)
MARGIN = Figure(
    "sms_margin", _l("SMS margin"),
    _l("Parts of SMS that gateways took from companies paying in this currency, and what the credits used for them had brought: the average of all credits a company had got by then, those we gave for nothing included. Nothing is converted: the margin is what was brought where the cost is known in this currency, less that cost. The rest is told beside it. Days are in UTC; the count begins with the first SMS that was counted, and a corrected cost changes what is told here."),
    (Column(_l("Period"), "step", lambda row: row.about), *_AMOUNTS),
    (Line(4), Line(5), Line(6, is_line=True)),
    has_total=True,
    is_wide=True,
)  # fmt: skip
COUNTRIES = Figure(
    "sms_countries", _l("SMS margin by country"),
    _l("The same parts of SMS, by the country they went to, the most first."),
    (Column(_l("Country"), "text", _country), *_AMOUNTS),
    _BARS,
    has_total=True,
    is_wide=True,
)  # fmt: skip
GATEWAYS = Figure(
    "sms_gateways", _l("SMS margin by gateway"),
    _l("The same parts of SMS, by the gateway that took them. Its invoice has those of all companies: add up the currencies companies pay in before you compare."),
    (Column(_l("Gateway"), "text", lambda row: row.about), *_AMOUNTS),
    _BARS,
    has_total=True,
    is_wide=True,
)  # fmt: skip
SMS_ROWS = {MARGIN.name: by_step, COUNTRIES.name: by_country, GATEWAYS.name: by_gateway}
