"""The door to companies: which company an address speaks of."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound
from tenants.companies.company import Company

STATUSES = {
    "opening": _l("being opened"),
    "open": _l("active"),
    "suspended": _l("suspended"),
    "closing": _l("closed, to be erased"),
    "erasing": _l("being erased"),
    "erased": _l("erased"),
}


def company_called(company_id: str) -> Company:
    """The company with this company ID, in whatever state but erased.  Raises NotFound."""
    company = Company.called(company_id)
    if company is None:
        raise NotFound
    return company


def status_of(company: Company) -> str:
    """The company's state in words."""
    return str(STATUSES[company.status])
