"""On which domains each company's sites may show its widget, so that a company can be found by one of them."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import PlatformModel, db
from tenants.companies.company import Company


class SiteDomain(PlatformModel):
    """A domain of one of a company's sites, without scheme, port and wildcard.  The site itself lives in the company's schema."""

    __tablename__ = "site_domain"

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    domain: Mapped[str] = mapped_column(primary_key=True, index=True)

    @classmethod
    def publish(cls, company: Company, site_id: int, origins: Iterable[str]) -> None:
        """These ("https://*.shop.example:8443"), and no others, are the site's.  Saying it again changes nothing."""
        told, known = {domain_in(origin) for origin in origins}, cls._of_site(company, site_id)
        for domain in known.keys() - told:
            db.session.delete(known[domain])
        db.session.add_all(cls(company_id=company.id, site_id=site_id, domain=domain) for domain in told - known.keys())

    @classmethod
    def _of_site(cls, company: Company, site_id: int) -> "dict[str, SiteDomain]":
        rows = db.session.scalars(sa.select(cls).where(cls.company_id == company.id, cls.site_id == site_id))
        return {row.domain: row for row in rows}


def domain_in(text: str) -> str:
    """`shop.example` for `https://*.Shop.example:8443/page` and the like; "" where there is none."""
    text = text.strip().lower()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("*.")
