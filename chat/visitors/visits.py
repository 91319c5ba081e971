"""Visits: when a visitor came, from where, and which pages he read (V-05, V-06, V-08, V-10)."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chat.styles.sites import Site
from chat.visitors.present import visits_going_on
from chat.visitors.referrers import domain_of
from chat.visitors.visitors import Visitor
from core.clock import now
from core.db import TenantModel, db, identity, in_order_of, record
from core.events import dataclass_event
from core.text import tidy
from tenants.companies.company import current_company

# A visitor who was away longer than this comes again; within it, he only turned a page.
APART = timedelta(minutes=30)


@dataclass_event
class VisitorArrived:
    company_id: int
    visitor_id: int
    visit_id: int


@dataclass_event
class PageViewed:
    company_id: int
    visitor_id: int
    page_view_id: int


class Visit(TenantModel):
    """One coming of a visitor to a site."""

    __tablename__ = "visit"
    __table_args__ = (in_order_of("visit", "began_at"),)

    id: Mapped[int] = identity()
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("visitor.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    began_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    ip: Mapped[str] = mapped_column(default="")
    user_agent: Mapped[str] = mapped_column(default="")
    referrer: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="", server_default="")
    screen: Mapped[str] = mapped_column(default="", server_default="")
    # Who may receive this visitor, as the style's rules said when it began (chat/reception/scopes.py); None: nobody has asked.
    scope: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))

    visitor: Mapped[Visitor] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def of(
        cls, visitor: Visitor, site: Site, ip: str = "", user_agent: str = "", referrer: str = "", language: str = ""
    ) -> "Visit":
        """The visit going on, or a new one, which counts."""
        last = cls.last_of(visitor)
        if last is not None and last.site_id == site.id and now() - last.last_seen_at < APART:
            last.last_seen_at = now()
            return last
        visit = cls(
            visitor=visitor,
            site_id=site.id,
            ip=ip,
            user_agent=tidy(user_agent, 400),
            referrer=tidy(referrer, 2000),
            language=tidy(language, 20),
        )
        visitor.visits_count += 1
        db.session.add(visit)
        db.session.flush()
        record(VisitorArrived(current_company().id, visitor.id, visit.id))
        return visit

    @classmethod
    def last_of(cls, visitor: Visitor) -> "Visit | None":
        return db.session.scalar(sa.select(cls).where(cls.visitor_id == visitor.id).order_by(cls.id.desc()).limit(1))

    def view(self, url: str, title: str) -> "PageView | None":
        """Note a page.  The same page twice in a row is one view."""
        url, title = tidy(url, 2000), tidy(title, 300)
        if not is_page(url):
            return None
        self.last_seen_at = now()
        last = self.last_page
        if last is not None and last.url == url:
            return last
        page = PageView(visit_id=self.id, url=url, title=title)
        db.session.add(page)
        db.session.flush()
        record(PageViewed(current_company().id, self.visitor_id, page.id))
        return page

    @property
    def last_page(self) -> "PageView | None":
        return db.session.scalar(sa.select(PageView).where(PageView.visit_id == self.id).order_by(PageView.id.desc()).limit(1))

    @property
    def pages(self) -> list["PageView"]:
        return list(
            db.session.scalars(sa.select(PageView).where(PageView.visit_id == self.id).order_by(PageView.id).limit(500))
        )

    def as_dict(self) -> dict:
        """The visitor as the live list shows him.  For his last visit."""
        [visitor] = visits_going_on([self.visitor_id])
        return visitor


def visits_of(visitor: Visitor, at_most: int = 500) -> list[dict]:
    """All his visits, the newest first, each with the number of pages he looked at (V-02)."""
    pages = sa.select(sa.func.count()).where(PageView.visit_id == Visit.id).scalar_subquery()
    mine = sa.select(Visit, pages).where(Visit.visitor_id == visitor.id).order_by(Visit.id.desc()).limit(at_most)
    return [
        {
            "id": visit.id,
            "began_at": visit.began_at.isoformat(),
            "last_seen_at": visit.last_seen_at.isoformat(),
            "pages": viewed,
            "referrer_domain": domain_of(visit.referrer),
        }
        for visit, viewed in db.session.execute(mine)
    ]


class PageView(TenantModel):
    """A page a visitor looked at during a visit."""

    __tablename__ = "page_view"

    id: Mapped[int] = identity()
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    url: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)

    def as_dict(self) -> dict:
        return {"url": self.url, "title": self.title, "at": self.at.isoformat()}


def is_page(url: str) -> bool:
    """Whether this is the address of a page, as far as anybody can tell without going there."""
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False
