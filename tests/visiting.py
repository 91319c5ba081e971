"""An operator who looks inside a company, as everything in production lets one in."""

from urllib.parse import urlsplit

from flask.testing import FlaskClient

from core.db import transaction
from core.tokens import new_token
from tenants.companies.company import Company
from tenants.people.members import Member
from tenants.support.support import SupportGrant, answered_by

ABOUT = {"reason": "The chat window stays white", "ticket": "T-812"}


def consent(company: Company, member: Member, hours: int = 1, writes: bool = False) -> SupportGrant:
    """A member consents, the company being in force or not."""
    with company.entered(), transaction():
        by = Member.known_as(member.email)
        grant = SupportGrant.give(by, hours, writes)
        answered_by(by, grant)
    return grant


def come_in(browser: FlaskClient, company_id: str):
    """Go from the portal into a company.  Gives the answer of the last step."""
    sent = browser.post(f"/operator/companies/{company_id}/help/visit", data=form())
    return browser.get(urlsplit(sent.location).path) if sent.status_code == 302 else sent


def form(**more) -> dict:
    """What a form of the portal sends."""
    return ABOUT | {"form_key": new_token()} | more
