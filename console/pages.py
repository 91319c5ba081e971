"""The console's page.  Opening it takes a seat."""

from flask import Blueprint, current_app, render_template
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf

from chat.conversations.files import max_upload_mb
from chat.styles.sites import Site
from console.agent import handshake_for
from core.db import transaction
from tenants.companies.company import current_company
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.people.roles import PERMISSIONS
from tenants.people.seats import NoSeatLeft, SeatsUnknown
from tenants.signing_in.current import current_member, current_session, needs

pages = Blueprint("pages", __name__)


@pages.get("")
@needs("conversations.answer")
def show():
    member, company = current_member(), current_company()
    try:
        with transaction():
            company.take_seat(member)
            _wake(member)
    except NoSeatLeft as refusal:
        return render_template("console/full.html", refusal=refusal, **_who_is_online()), refusal.status
    except SeatsUnknown as refusal:
        return render_template("console/soon.html"), refusal.status
    with transaction():
        return render_template("console/show.html", config=_config(), company=company)


def _wake(member: Member) -> None:
    """The state chosen at sign-in, or before; but who opens the console is not offline."""
    if member.presence == "offline" or (member.presence == "invisible" and not member.may("presence.invisible")):
        member.presence = "online"


def _who_is_online() -> dict:
    company, member = current_company(), current_member()
    with transaction():
        since = company.seated_since
        seated = [(colleague, since.get(colleague.id)) for colleague in Member.with_ids(company.seated)]
    return {"seats": company.entitlements.seats, "seated": seated, "me": member}


def _config() -> dict:
    """What the page's script begins with."""
    member, session, company = current_member(), current_session(), current_company()
    language = str(get_locale())
    site = next(iter(Site.all()), None)
    return {
        "live_url": current_app.config["LIVE_URL"],
        "public_url": current_app.config["PUBLIC_URL"],
        "language": language,
        "handshake": handshake_for(session, company, language),
        "csrf": generate_csrf(),
        "company": {"id": company.id, "name": company.name},
        "me": {"id": member.id, "number": member.number, "name": member.name, "presence": member.presence},
        "permissions": [name for name in PERMISSIONS if member.may(name)],
        "site_key": site.key if site else None,
        "max_upload_mb": max_upload_mb(),
        "idle_minutes": Settings.current().idle_minutes,
        "idle_presence": Settings.current().idle_presence,
    }
