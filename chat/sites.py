"""Sites: where a company embeds its widget."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import TenantModel, db, identity
from core.errors import Invalid
from tenants.company import SiteKey, current_company


class Site(TenantModel):
    """One site of the company, with its key and the domains that may show its widget."""

    __tablename__ = "site"

    id: Mapped[int] = identity()
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    allowed_domains: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)
    # Whether only people for whom the customer's own server vouches may write.
    requires_identity: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    @classmethod
    def add(cls, name: str, allowed_domains: list[str] = ()) -> "Site":
        """A new site with a key of its own, which the platform remembers as this company's."""
        site = cls(key=secrets.token_hex(8), name=name, allowed_domains=list(allowed_domains))
        db.session.add_all([site, SiteKey(key=site.key, company_id=current_company().id)])
        db.session.flush()
        return site

    @classmethod
    def keyed(cls, key: str) -> "Site | None":
        return db.session.scalar(sa.select(cls).where(cls.key == key))

    @classmethod
    def all(cls) -> list["Site"]:
        return list(db.session.scalars(sa.select(cls).order_by(cls.id)))

    @property
    def frame_ancestors(self) -> str:
        """For the frame's Content-Security-Policy.  No domain set yet: any site may show the widget; ours always may."""
        return " ".join(["'self'", *self.allowed_domains]) if self.allowed_domains else "*"

    def allow(self, domains: list[str]) -> None:
        """Let only these show the widget.  Raises Invalid(allowed_domains=…)."""
        self.allowed_domains = [_origin(domain) for domain in domains if domain.strip()]


def _origin(text: str) -> str:
    """`shop.example` or `https://shop.example:8443/page` as a CSP host source, `https://shop.example:8443`."""
    text = text.strip().lower()
    url = urlsplit(text if "//" in text else f"https://{text}")
    try:
        port = f":{url.port}" if url.port else ""
    except ValueError:
        port = None
    host = url.hostname or ""
    if (
        port is None
        or url.scheme not in ("http", "https")
        or not host.replace("*.", "", 1).replace("-", "").replace(".", "").isalnum()
    ):
        raise Invalid(allowed_domains=_("“%(domain)s” is not a domain. Write it like shop.example.com.", domain=text))
    return f"{url.scheme}://{host}{port}"
