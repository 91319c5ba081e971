"""What a signal saw, so that a person can read it."""

from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.styles.styles import PARTS
from core.db import db
from tenants.abuse.abuse_reports import REASONS
from tenants.abuse.signals import Signal
from tenants.companies.company import Company

# What signals say, in the order people read it.
FACTS = {
    "reason": _l("What is wrong"),
    "text": _l("What happened"),
    "email": _l("Reporter's address"),
    "reporter": _l("Reporter's mark"),
    "found": _l("Words"),
    "place": _l("Where"),
    "site": _l("Site"),
    "member": _l("Agent number"),
    "network": _l("Network"),
    "domain": _l("Mail domain"),
    "sign": _l("What they share"),
    "companies": _l("Companies"),
    "prefix": _l("Range of numbers"),
    "numbers": _l("Different numbers"),
    "sms": _l("SMS"),
    "failed": _l("Not arrived"),
    "mails": _l("Mails in an hour"),
    "usual": _l("Usual in an hour"),
    "order": _l("Order number"),
    "subscription": _l("Subscription"),
    "dispute": _l("Dispute"),
    "warning": _l("Warning"),
    "why": _l("Reason"),
}
SIGNS = {
    "email": _l("E-mail address"),
    "phone": _l("Telephone number"),
    "domain": _l("Domain"),
    "card": _l("Payment card"),
    "company": _l("Company"),
}
PLACES = {"name": _l("Company name"), "own_prompts": _l("Agent's own words")}


def facts_of(signal: Signal, named: dict[int, Company]) -> list[tuple[str, str]]:
    """What was seen, each with its label.  `named` are the companies it may speak of."""
    return [
        (str(label), _told(name, signal.evidence[name], named)) for name, label in FACTS.items() if signal.evidence.get(name)
    ]


def line_of(signal: Signal, named: dict[int, Company]) -> str:
    """The same in a line."""
    return " · ".join(f"{label}: {value}" for label, value in facts_of(signal, named))


def companies_in(signals: Iterable[Signal]) -> dict[int, Company]:
    """The companies these signals speak of, by their numbers."""
    ids = {id for signal in signals for id in signal.evidence.get("companies", ())}
    return {company.id: company for company in db.session.scalars(sa.select(Company).where(Company.id.in_(ids)))} if ids else {}


def _told(name: str, value, named: dict[int, Company]) -> str:
    if name == "companies":
        return ", ".join(named[id].company_id if id in named else f"#{id}" for id in value)
    if name == "place":
        return _place(value)
    words = {"reason": REASONS, "sign": SIGNS}.get(name, {})
    return str(words.get(value, value))


def _place(path: str) -> str:
    """ "window.links.0.url" → “Window: Links at the bottom”."""
    place, _dot, inside = path.partition(".")
    if place not in PARTS:
        title, labels = str(PLACES.get(place, place)), {}
    else:
        title, labels = str(PARTS[place].title), getattr(PARTS[place], "LABELS", {})
    field = inside.partition(".")[0]
    return _("%(part)s: %(field)s", part=title, field=labels.get(field, field)) if field else title
