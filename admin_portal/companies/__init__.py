"""Finding companies and looking at them."""

from admin_portal.companies import companies

BLUEPRINTS = (companies.companies,)
