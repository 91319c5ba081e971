"""Who calls at the widget's door: a visitor on one site, known by the token his page keeps.  Never by a cookie."""

import uuid
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from chat.conversations.rooms import visitor_room
from chat.reception.scopes import Scope
from chat.styles.sites import Site, StyleNotInUse
from chat.visitors.arrivals import Arrival, Arrived, arrive, refuse_crowd
from chat.visitors.identities import AT_MOST, Identity, IdentityRefused, IdentityRequired
from chat.visitors.visitors import Visitor, key_in_token, token_of_key
from chat.visitors.visits import Visit
from core.db import db, transaction
from core.errors import NotFound, Refusal
from core.limits import count_try
from core.pages import language_of
from core.tokens import read_signed, sign
from tenants.abuse.blocks import blocks
from tenants.companies.company import Company, current_company
from tenants.companies.directory import directory
from tenants.platform.load_limits import need_socket, take_request
from tenants.signing_in.callers import CompanyCaller

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
    site_id: int
    visitor_key: str
    visit_id: int
    page_url: str = ""
    ip: str = ""
    # Who may receive him, and for which of his visits that was found; what he was told of who is there.
    scope: Scope | None = None
    scoped_visit_id: int | None = None
    told: tuple[dict, bool] | None = None
    # What was read when he was let in, until he is welcomed.
    arrived: Arrived | None = None
    # Why the signed identity that came with him was not believed, for the site's developers.
    identity_refused: str | None = None

    @property
    def visitor(self) -> Visitor:
        """Raises NotFound when he has been erased meanwhile."""
        visitor = db.session.get(Visitor, self.id)
        if visitor is None:
            raise NotFound
        return visitor

    @property
    def token(self) -> str:
        """What his page keeps, so that he is known again."""
        return token_of_key(self.company_id, self.site_key, self.visitor_key)

    @property
    def site(self) -> Site:
        """Raises SiteNotFound when the site was removed meanwhile."""
        site = db.session.get(Site, self.site_id)
        if site is None or site.removed_at is not None:
            raise SiteNotFound
        return site

    @property
    def visit(self) -> Visit:
        return db.session.get(Visit, self.visit_id) or Visit.of(self.visitor, self.site, ip=self.ip)

    @property
    def may_have_spoken(self) -> bool:
        """False for who has no conversation, as far as was seen when he was let in."""
        return self.arrived is None or self.arrived.has_spoken

    def view(self, url: str, title: str) -> None:
        """Note the page he looks at now.  Raises NotFound when he or his site is gone."""
        who = {"site_key": self.site_key, "visitor_key": self.visitor_key, "is_identified": True}
        page = Arrival(**who, ip=self.ip, url=url, title=title)
        arrived = arrive(current_company(), page)
        if arrived is None:
            raise NotFound
        self.visit_id = arrived.visit_id
        self.page_url = page.row["url"] or self.page_url


def guest_from(request, auth: dict, admits_newcomers: bool = True) -> Guest:
    """The visitor who shows his token, or a new one who comes from a frame we served a moment ago.

    Whoever is known needs no fresh frame: his page may have slept for a day.
    Raises ChatRefused, SiteNotFound, StyleNotInUse, FrameExpired, IdentityRequired, IdentityRefused, TooManyTries, TooManyAtOnce,
    OverLimit, TooManyConnected.
    """
    blocks().check_chat(request.remote_addr or "")
    company = company_of_site(auth.get("site"))
    need_socket(company.id)
    refuse_crowd(company.place.database)
    caller = Calling(request, auth, company)
    return caller.let_in_quickly(admits_newcomers) or caller.let_in_with_care(admits_newcomers)


def company_of_site(key) -> Company:
    """The open company a site key belongs to, and one request more of it.  Raises SiteNotFound, OverLimit."""
    company = directory().of_site(key) if isinstance(key, str) else None
    if company is None:
        raise SiteNotFound
    take_request(company.id)
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


def site_room(company_id: int, site_key: str) -> str:
    """All of a company's visitors who are on one site."""
    return f"{company_id}:site:{site_key}"


def text_in(request: dict, name: str, at_most: int = 4000) -> str:
    value = request.get(name)
    return value[:at_most] if isinstance(value, str) else ""


def number_in(request: dict, name: str) -> int:
    """A number we gave out.  What is none of ours is as unknown as somebody else's.  Raises NotFound."""
    value = request.get(name)
    if type(value) is not int or not 0 <= value < 2**63:
        raise NotFound
    return value


def _identified(auth: dict, site: Site, known: Visitor | None) -> tuple[Visitor | None, str | None]:
    """Who he is, if anything tells, and why his signed identity was not believed.

    Without a good one chat goes on unsigned, where the site does not require it.  But never as somebody a signature
    once named: the page may be another's by now.
    """
    token = text_in(auth, "identity", AT_MOST + 1)
    try:
        if token:
            return Identity.read(token, site).visitor(known, site, _language_in(auth)), None
        if site.requires_identity:
            raise IdentityRequired
    except IdentityRefused as refused:
        if site.requires_identity:
            raise
        return None if known is not None and known.is_verified else known, str(refused)
    return known, None


class Calling:
    """Somebody before the widget's door, with what he shows."""

    def __init__(self, request, auth: dict, company: Company):
        self._request, self._auth, self._company = request, auth, company
        self._newcomer_was_checked = False

    def let_in_quickly(self, admits_newcomers: bool) -> Guest | None:
        """In one statement: whoever is known by his token, or new, without a signed identity.  None if that was not enough."""
        if text_in(self._auth, "identity"):
            return None
        key = key_in_token(text_in(self._auth, "token"), self._company.id, self._auth["site"])
        if key is None:
            self._check_newcomer(admits_newcomers)
        return self._arrive(key)

    def let_in_with_care(self, admits_newcomers: bool) -> Guest:
        """As somebody whom his page's server vouches for, or anew when who he was is gone."""
        with self._company.entered(), transaction():
            site = site_keyed(self._auth["site"])
            known = Visitor.of_token(text_in(self._auth, "token"), site)
            visitor, refused = _identified(self._auth, site, known)
        if visitor is None:
            self._check_newcomer(admits_newcomers)
        guest = self._arrive(visitor.key if visitor else None, is_identified=True)
        if guest is None:
            raise self._why_not()
        guest.identity_refused = refused
        return guest

    def _why_not(self) -> Refusal:
        """Why even with care he could not be let in."""
        with self._company.entered(), transaction():
            site = Site.keyed(self._auth["site"])
            return StyleNotInUse() if site is not None and not site.runs else SiteNotFound()

    def _check_newcomer(self, admits: bool) -> None:
        if not self._newcomer_was_checked:
            if not admits or read_signed(FRAME, text_in(self._auth, "frame"), FRAME_SECONDS) != self._auth["site"]:
                raise FrameExpired
            count_try(NEWCOMERS, "newcomers", self._auth["site"], self._request.remote_addr)
            self._newcomer_was_checked = True

    def _arrive(self, key: str | None, is_identified: bool = False) -> Guest | None:
        arrival = self._arrival(key or str(uuid.uuid4()), is_new=key is None, is_identified=is_identified)
        arrived = arrive(self._company, arrival)
        if arrived is None:
            return None
        return Guest(
            company_id=self._company.id,
            place=self._company.place,
            kind="visitor",
            id=arrived.visitor_id,
            name="",
            rooms={
                visitor_room(self._company.id, arrived.visitor_id),
                site_room(self._company.id, arrival.site_key),
            },
            language=language_of(arrival.language),
            site_key=arrival.site_key,
            site_id=arrived.site_id,
            visitor_key=arrival.visitor_key,
            visit_id=arrived.visit_id,
            page_url=arrival.url,
            ip=arrival.ip,
            arrived=arrived,
        )

    def _arrival(self, key: str, is_new: bool, is_identified: bool) -> Arrival:
        request, auth = self._request, self._auth
        page = auth.get("page") if isinstance(auth.get("page"), dict) else {}
        return Arrival(
            site_key=auth["site"],
            visitor_key=key,
            is_new=is_new,
            is_identified=is_identified,
            language=_language_in(auth),
            ip=request.remote_addr or "",
            user_agent=request.user_agent.string,
            referrer=text_in(page, "referrer"),
            zone=text_in(auth, "zone", 60),
            screen=text_in(auth, "screen", 40),
            url=text_in(page, "url"),
            title=text_in(page, "title"),
        )


def _language_in(auth: dict) -> str:
    return text_in(auth, "language", 20)
