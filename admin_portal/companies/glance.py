"""One company at a glance: what the platform knows of it, and who and what is inside at this moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import get_locale

from admin_portal.companies.company_columns import plan_title
from admin_portal.companies.inside import look_inside
from billing.money import spoken
from chat import usage
from chat.places.places import place_of
from chat.styles.sites import Site
from chat.visitors.presence import PRESENCES
from chat.visitors.present import device_of
from core.clock import now
from core.forms import Form
from core.text import masked_email
from tenants.companies.company import Company
from tenants.companies.standing import TROUBLES, CompanyStanding, Trouble, newest_revision
from tenants.people.members import Member
from tenants.people.seats import SeatsUnknown
from tenants.signing_in.sessions import Session


@dataclass(frozen=True)
class Online:
    """Somebody who holds a seat now.  What nobody knows is "" or None."""

    name: str
    number: str
    presence: str
    since: datetime | None
    device: str
    place: str


@dataclass(frozen=True)
class Contact:
    """Somebody who administers the company."""

    name: str
    number: str
    email: str
    has_joined: bool

    @property
    def masked_email(self) -> str:
        return masked_email(self.email) if self.email else ""


@dataclass(frozen=True)
class Inside:
    """What was found in the company's own schema.  `online` None: Redis does not say who holds a seat; `shown` are the sites whose style is."""

    online: list[Online] | None
    members: int
    contacts: list[Contact]
    sites: list[Site]
    shown: set[int]
    today: usage.Day
    waiting: usage.Waiting

    @classmethod
    def of(cls, company: Company) -> "Inside":
        members, sites, zone = Member.all(), Site.all(), ZoneInfo(company.time_zone)
        [today] = usage.days_of([now().astimezone(zone).date()], zone)
        return cls(
            online=_online(company),
            members=len(members),
            contacts=[_contact(member) for member in members if member.is_administrator],
            sites=sites,
            shown=company.entitlements.styles_shown(site.id for site in sites),
            today=today,
            waiting=usage.waiting_now(),
        )


@dataclass(frozen=True)
class Glance:
    """What the page about a company shows.  `shows_addresses`: an operator has said why."""

    company: Company
    shows_addresses: bool = False

    @cached_property
    def standing(self) -> CompanyStanding | None:
        """What was published last; None: it has never been measured."""
        return CompanyStanding.of(self.company)

    @cached_property
    def inside(self) -> Inside | None:
        """None: nobody can look at it now."""
        return look_inside(self.company, Inside.of)

    @property
    def plan_name(self) -> str:
        return plan_title(self.company.entitlements.plan)

    @property
    def is_behind(self) -> bool:
        return self.company.schema.revision != newest_revision()

    @property
    def troubles(self) -> list[Trouble]:
        """The reasons for how it stands, the worst first."""
        found = {*(self.standing.troubles if self.standing else ()), *(["behind"] if self.is_behind else ())}
        if self.inside is not None:
            # It could not be looked at some minutes ago, and now it can.
            found.discard("unreachable")
        return [trouble for name, trouble in TROUBLES.items() if name in found]


def show_glance(glance: Glance, form: Form | None = None) -> str:
    """The page.  `form` asks for the addresses in full."""
    return render_template(
        "admin_portal/companies/show.html", company=glance.company, glance=glance, form=form or Form(), spoken=spoken
    )


def _online(company: Company) -> list[Online] | None:
    try:
        seated, since = company.seated, company.seated_since
    except SeatsUnknown:
        return None
    last_used = _last_used(seated)
    return [_seen(member, since.get(member.id), last_used.get(member.id)) for member in Member.with_ids(seated)]


def _last_used(member_ids: Iterable[int]) -> dict[int, Session]:
    """The session that each of these members used last."""
    mine = [session for session in Session.all_open() if session.member_id in member_ids]
    return {session.member_id: session for session in sorted(mine, key=lambda session: session.last_used_at)}


def _seen(member: Member, since: datetime | None, session: Session | None) -> Online:
    return Online(
        member.name,
        member.number,
        str(PRESENCES[member.presence]),
        since,
        device_of(session.device) if session else "",
        place_of(session.ip).name_in(str(get_locale())) if session else "",
    )


def _contact(member: Member) -> Contact:
    return Contact(member.name, member.number, member.email or "", member.has_joined)
