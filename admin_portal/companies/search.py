"""One box that understands whatever an operator has in hand: an ID, a name, a domain, an address, an order, a key, a number."""

import re

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from billing.orders import Order
from core.text import tidy, tidy_email
from tenants.companies.company import Address, Company, SiteKey
from tenants.companies.domains import SiteDomain, domain_in
from tenants.companies.schemas import Schema

# By what a company was found, the surest first.
KEYS = {
    "company_id": _l("company ID"),
    "id": _l("internal number"),
    "schema": _l("schema"),
    "site_key": _l("site key"),
    "order_no": _l("order number"),
    "email": _l("e-mail address"),
    "name": _l("name"),
    "domain": _l("domain"),
}
# Whoever has one of these means one company.
HARD = frozenset(["site_key", "order_no", "email"])
# What begins with the text comes before what only contains it, and that after everything that is it.
_BEGINS, _CONTAINS = 10, 20
AT_MOST = 200


def tidy_search(text: str | None) -> str:
    return tidy(text, AT_MOST)


def found_by(text: str) -> sa.Subquery:
    """One row for each company that a text finds: company_id, `keys` for `keys_in`, and `rank`, the lower the better."""
    looks = sa.union_all(*(look for finder in _FINDERS for look in finder(text))).subquery()
    # Bits, not names: to put them together nothing has to be sorted.
    keys, rank = sa.func.bit_or(looks.c.key).label("keys"), sa.func.min(looks.c.rank).label("rank")
    return sa.select(looks.c.company_id, keys, rank).group_by(looks.c.company_id).subquery("found")


def keys_in(bits: int | None) -> list[str]:
    """By which of KEYS a company was found, the surest first."""
    return [key for rank, key in enumerate(KEYS) if (bits or 0) >> rank & 1]


def _by_company_id(text: str):
    yield _containing("company_id", Company.company_id, text)


def _by_name(text: str):
    yield _containing("name", Company.name, text)


def _by_number(text: str):
    if re.fullmatch("#?[0-9]{1,18}", text, re.ASCII):
        yield _found("id", Company.id).where(Company.id == int(text.lstrip("#")))


def _by_schema(text: str):
    if re.fullmatch("t_[0-9]{1,18}", text, re.ASCII):
        yield _found("schema", Company.id).join(Schema).where(Schema.name == text)


def _by_site_key(text: str):
    yield _found("site_key", SiteKey.company_id).where(SiteKey.key == text)


def _by_order(text: str):
    yield _found("order_no", Order.company_id).where(Order.order_no == text)


def _by_email(text: str):
    if "@" in text:
        yield _found("email", Address.company_id).where(Address.email == tidy_email(text))


def _by_domain(text: str):
    """Also from an address of a page there, and from a domain below one that is let in."""
    domain = domain_in(text)
    if domain and "@" not in text:
        labels = domain.split(".")
        above = [".".join(labels[number:]) for number in range(max(len(labels) - 1, 1))]
        yield _found("domain", SiteDomain.company_id).where(SiteDomain.domain.in_(above))
        inside = SiteDomain.domain.contains(domain, autoescape=True)
        yield _found("domain", SiteDomain.company_id, _CONTAINS).where(inside)


_FINDERS = (_by_company_id, _by_name, _by_number, _by_schema, _by_site_key, _by_order, _by_email, _by_domain)


def _containing(key: str, column, text: str) -> sa.Select:
    """In one pass over all companies: ten thousand take a millisecond, which no index on parts of words could better."""
    worse = sa.case(
        (sa.func.lower(column) == text.lower(), 0), (column.istartswith(text, autoescape=True), _BEGINS), else_=_CONTAINS
    )
    return _found(key, Company.id, worse).where(column.icontains(text, autoescape=True))


def _found(key: str, company_id, worse=0) -> sa.Select:
    number = list(KEYS).index(key)
    bit, rank = sa.literal(1 << number).label("key"), (sa.literal(number) + worse).label("rank")
    return sa.select(company_id.label("company_id"), bit, rank)
