"""Who calls at the widget's door: a visitor on one site, known by the token his page keeps.  Never by a cookie."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from chat.rooms import visitor_room
from chat.sites import Site
from chat.visitors import Visitor
from chat.visits import Visit
from core.db import db, transaction
from core.errors import NotFound, Refusal
from core.limits import count_try
from core.pages import LANGUAGES
from core.tokens import read_signed, sign
from tenants.callers import CompanyCaller
from tenants.company import Company

FRAME = "widget frame"
FRAME_SECONDS = 600
NEWCOMERS = "300 per 10 minutes"


class SiteNotFound(NotFound):
    code = "site_not_found"
    message = _l("This site's chat does not exist any more. Its owner can copy the embed line anew.")


class FrameExpired(Refusal):
    code = "frame_expired"
    message = _l("This page was open for too long. Reload it.")
    status = 403


@dataclass(kw_only=True)
class Guest(CompanyCaller):
    """A visitor with our frame in his page.  He has no name here: what agents call him is not for his eyes."""

    site_key: str
    visit_id: int
    page_url: str = ""
    ip: str = ""

    @property
    def visitor(self) -> Visitor:
        """Raises NotFound when he has been erased meanwhile."""
        visitor = db.session.get(Visitor, self.id)
        if visitor is None:
            raise NotFound
        return visitor

    @property
    def site(self) -> Site:
        """Raises SiteNotFound when the site was removed meanwhile."""
        return site_keyed(self.site_key)

    @property
    def visit(self) -> Visit:
        return db.session.get(Visit, self.visit_id) or Visit.of(self.visitor, self.site, ip=self.ip)


def guest_from(request, auth: dict, admits_newcomers: bool = True) -> Guest:
    """The visitor who shows his token, or a new one who comes from a frame we served a moment ago.

    Whoever is known needs no fresh frame: his page may have slept for a day.
    """
    with company_of_site(auth.get("site")).entered() as company, transaction():
        site = site_keyed(auth["site"])
        visitor = Visitor.of_token(text_in(auth, "token"), site)
        if visitor is None:
            _check_newcomer(request, auth, site, admits_newcomers)
        return _welcomed(request, auth, company, site)


def company_of_site(key) -> Company:
    """The open company a site key belongs to.  Raises SiteNotFound."""
    with transaction():
        company = Company.of_site(key) if isinstance(key, str) else None
    if company is None:
        raise SiteNotFound
    return company


def site_keyed(key: str) -> Site:
    """The site in the company in force.  Raises SiteNotFound."""
    site = Site.keyed(key)
    if site is None:
        raise SiteNotFound
    return site


def frame_token(site: Site) -> str:
    """Says that a frame of this site was served by us a moment ago, inside a page that may show it."""
    return sign(FRAME, site.key)


def reads(tag) -> str:
    """Our language for what a page or browser says: zh-TW, zh-HK and zh-Hant-… read traditional characters."""
    parts = tag.lower().replace("_", "-").split("-") if isinstance(tag, str) else [""]
    if parts[0] == "zh":
        return "zh_Hant" if {"hant", "tw", "hk", "mo"} & set(parts) else "zh_Hans"
    return parts[0] if parts[0] in LANGUAGES else "en"


def visitors_room(company_id: int) -> str:
    """All of a company's visitors who are here."""
    return f"{company_id}:visitors"


def text_in(request: dict, name: str, at_most: int = 4000) -> str:
    value = request.get(name)
    return value[:at_most] if isinstance(value, str) else ""


def _check_newcomer(request, auth: dict, site: Site, admits: bool) -> None:
    if not admits or read_signed(FRAME, text_in(auth, "frame"), FRAME_SECONDS) != site.key:
        raise FrameExpired
    count_try(NEWCOMERS, "newcomers", site.key, request.remote_addr)


def _welcomed(request, auth: dict, company: Company, site: Site) -> Guest:
    page = auth.get("page") if isinstance(auth.get("page"), dict) else {}
    language, ip = text_in(auth, "language", 20), request.remote_addr or ""
    visitor = Visitor.recognise(text_in(auth, "token"), site, language)
    visit = Visit.of(visitor, site, ip, request.user_agent.string, text_in(page, "referrer"), language)
    visit.view(text_in(page, "url"), text_in(page, "title"))
    return Guest(
        company_id=company.id,
        place=company.place,
        kind="visitor",
        id=visitor.id,
        name="",
        rooms={visitor_room(company.id, visitor.id), visitors_room(company.id)},
        language=reads(language),
        site_key=site.key,
        visit_id=visit.id,
        page_url=text_in(page, "url"),
        ip=ip,
    )
