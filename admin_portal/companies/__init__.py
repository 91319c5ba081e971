"""Finding companies and looking at them."""

from admin_portal.companies import companies, company_contacts, company_rights, company_usage

BLUEPRINTS = (
    companies.companies,
    company_contacts.company_contacts,
    company_rights.company_rights,
    company_usage.company_usage,
)
