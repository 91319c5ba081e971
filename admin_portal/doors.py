"""The door to companies: which company an address speaks of, and the way into it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal
from tenants.companies.company import Company

log = logging.getLogger(__name__)

# No connection; no such table, schema or role; not allowed in.
_AWAY = (None, "42P01", "3F000", "42704", "42501")

STATUSES = {
    "opening": _l("being opened"),
    "open": _l("active"),
    "suspended": _l("suspended"),
    "closing": _l("closed, to be erased"),
    "erasing": _l("being erased"),
    "erased": _l("erased"),
}


class BeingErased(Refusal):
    code = "being_erased"
    message = _l("{company} is being erased: there is nothing left to look at or to change.")
    status = 409


class TablesAway(Refusal):
    code = "tables_away"
    message = _l(
        "The tables of {company} cannot be reached: schema {schema} in the database {database}. "
        "Nothing was changed. The page “State of the platform” tells whether others are in trouble too."
    )
    status = 503


def company_called(company_id: str) -> Company:
    """The company with this company ID, in whatever state but erased.  Raises NotFound."""
    company = Company.called(company_id)
    if company is None:
        raise NotFound
    return company


@contextmanager
def company_entered(company_id: str) -> Iterator[Company]:
    """The same company, in force.  Raises NotFound, BeingErased, TablesAway."""
    company = company_called(company_id)
    name, schema, database = company.name, company.schema.name, company.schema.database
    if company.status == "erasing":
        raise BeingErased(company=name)
    if not company.schema.is_within_reach:
        raise TablesAway(company=name, schema=schema, database=database)
    try:
        with company.entered() as entered:
            yield entered
    except sa.exc.DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) not in _AWAY:
            raise
        log.exception("company out of reach company=%s schema=%s database=%s", company_id, schema, database)
        raise TablesAway(company=name, schema=schema, database=database) from error


def status_of(company: Company) -> str:
    """The company's state in words."""
    return str(STATUSES[company.status])
