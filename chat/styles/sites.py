"""Sites: where a company embeds its widget."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import TenantModel, db, identity, record
from core.errors import Invalid, NotFound, Refusal
from core.events import dataclass_event
from tenants.companies.company import SiteKey, current_company
from tenants.companies.domains import SiteDomain


@dataclass_event
class SiteRemoved:
    """A site and its style are gone for ever: its key opens nothing any more."""

    company_id: int
    site_id: int


class LastStyle(Refusal):
    code = "last_style"
    message = _l("This is your only style, and your visitors need one. Add another one first.")


class StyleNotInUse(Refusal):
    code = "style_not_in_use"
    message = _l("The chat of this site is not in use at the moment.")
    status = 403


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
    # The id of the newest version of its style (chat/styles/styles.py).
    style_version_id: Mapped[int] = mapped_column(default=0, server_default="0")
    # Nobody is let in any more; what was said here stays with the company (Y-05).
    removed_at: Mapped[datetime | None]

    @classmethod
    def add(cls, name: str, allowed_domains: list[str] = ()) -> "Site":
        """A new site with a key of its own, which the platform remembers as this company's."""
        site = cls(key=secrets.token_hex(8), name=name, allowed_domains=list(allowed_domains))
        db.session.add_all([site, SiteKey(key=site.key, company_id=current_company().id)])
        db.session.flush()
        site.publish_domains()
        return site

    @classmethod
    def keyed(cls, key: str) -> "Site | None":
        return db.session.scalar(sa.select(cls).where(cls.key == key, cls.removed_at.is_(None)))

    @classmethod
    def all(cls) -> list["Site"]:
        """Those there are, the oldest first."""
        return list(db.session.scalars(sa.select(cls).where(cls.removed_at.is_(None)).order_by(cls.id)))

    @classmethod
    def all_locked(cls) -> list["Site"]:
        """The same, and nobody else adds or removes one until the transaction ends."""
        # Two statements: one that waits for the lock sees what was there before it waited.
        db.session.execute(sa.select(cls.id).where(cls.removed_at.is_(None)).order_by(cls.id).with_for_update(key_share=True))
        return cls.all()

    @property
    def runs(self) -> bool:
        """Whether its style is shown and new visitors are let in (Y-02…Y-05, F-16, CF-25).

        arrivals.sql asks the same for whoever comes.
        """
        ids = db.session.scalars(sa.select(Site.id).where(Site.removed_at.is_(None)).order_by(Site.id))
        return self.id in current_company().entitlements.styles_shown(ids)

    def check_runs(self) -> None:
        """Before anything new begins here.  Raises StyleNotInUse."""
        if not self.runs:
            raise StyleNotInUse

    @property
    def frame_ancestors(self) -> str:
        """For the frame's Content-Security-Policy.  No domain set yet: any site may show the widget; ours always may."""
        return " ".join(["'self'", *self.allowed_domains]) if self.allowed_domains else "*"

    def allow(self, domains: list[str]) -> None:
        """Let only these show the widget.  Raises Invalid(allowed_domains=…)."""
        self.allowed_domains = [_origin(domain) for domain in domains if domain.strip()]
        self.publish_domains()

    def publish_domains(self) -> None:
        """Have the company found by them."""
        SiteDomain.publish(current_company(), self.id, self.allowed_domains if self.removed_at is None else ())

    def remove(self) -> None:
        """Let nobody in any more; what was said here is kept.  Raises LastStyle, NotFound when somebody was quicker.

        Conversations that are going on are ended before (chat/site_removals.py).
        """
        sites = Site.all_locked()
        if self not in sites:
            raise NotFound
        if len(sites) == 1:
            raise LastStyle
        self.removed_at = now()
        self.publish_domains()
        db.session.execute(sa.delete(SiteKey).where(SiteKey.key == self.key))
        record(SiteRemoved(current_company().id, self.id))


def snippet(site: Site) -> str:
    """The line a customer puts into his pages."""
    return f'<script async src="{current_app.config["PUBLIC_URL"]}/w/{site.key}.js"></script>'


def own_page(site: Site) -> str:
    """The address of its window as a page of its own, for a mail, a QR code or a place without a page (Y-20)."""
    return f"{current_app.config['PUBLIC_URL']}/f/{site.key}"


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
