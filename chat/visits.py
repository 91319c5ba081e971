"""Visits: when a visitor came, from where, and which pages he read (V-05, V-06, V-08, V-10)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, mapped_column, relationship
from user_agents import parse as parse_user_agent

from chat.sites import Site
from chat.visitors import Visitor
from core.clock import now
from core.db import TenantModel, db, identity, record
from core.events import dataclass_event
from core.text import tidy
from tenants.company import current_company

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

    id: Mapped[int] = identity()
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("visitor.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    began_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    ip: Mapped[str] = mapped_column(default="")
    user_agent: Mapped[str] = mapped_column(default="")
    referrer: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")

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

    @property
    def device(self) -> str:
        """Browser and system in a few words, as the user agent tells them."""
        agent = parse_user_agent(self.user_agent)
        return f"{agent.browser.family} · {agent.os.family}" if self.user_agent else ""

    @property
    def referrer_domain(self) -> str:
        return urlsplit(self.referrer).hostname or ""

    def view(self, url: str, title: str) -> "PageView | None":
        """Note a page.  The same page twice in a row is one view."""
        url, title = tidy(url, 2000), tidy(title, 300)
        if urlsplit(url).scheme not in ("http", "https"):
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

    def as_dict(self, page: "PageView | None" = None) -> dict:
        """The visitor as the live list shows him.  `page` is the one he looks at, if it is at hand."""
        page = page or self.last_page
        return self.visitor.as_dict() | {
            "visit_id": self.id,
            "began_at": self.began_at.isoformat(),
            "ip": self.ip,
            "device": self.device,
            "language": self.language,
            "referrer": self.referrer,
            "referrer_domain": self.referrer_domain,
            "visits_count": self.visitor.visits_count,
            "page": page.as_dict() if page else None,
        }


def visits_going_on(visitor_ids: Iterable[int]) -> list[dict]:
    """The last visit of each of these visitors with the page he looks at, in two queries for all of them."""
    newest = sa.select(Visit).where(Visit.visitor_id.in_(list(visitor_ids))).ext(distinct_on(Visit.visitor_id))
    visits = list(db.session.scalars(newest.order_by(Visit.visitor_id, Visit.id.desc())))
    viewed = (
        sa.select(PageView).where(PageView.visit_id.in_([visit.id for visit in visits])).ext(distinct_on(PageView.visit_id))
    )
    pages = {page.visit_id: page for page in db.session.scalars(viewed.order_by(PageView.visit_id, PageView.id.desc()))}
    return [visit.as_dict(pages.get(visit.id)) for visit in visits]


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
