"""What an operator writes into the form of an announcement."""

import re
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from billing.plans import PLAN_NAMES
from core.clock import now
from core.db import db
from core.forms import Form
from core.pages import LANGUAGES, local_path
from core.periods import moment_in, typed_moment
from core.tokens import new_token
from tenants.companies.company import Company
from tenants.platform.announcements import Announcement
from tenants.platform.notices import LEVELS

TEXT_AT_MOST, COMPANIES_AT_MOST = 300, 500
LEVEL_NAMES = {"info": _l("Information"), "warning": _l("Warning"), "danger": _l("Danger")}
_WEB = re.compile(r"https?://[^\s<>\"]{3,1000}\Z")


def blank() -> Form:
    return Form({"level": "info", "may_be_dismissed": "yes", "form_key": new_token()})


def typed_of(announcement: Announcement) -> Form:
    texts = {f"text_{language}": text for language, text in announcement.texts.items()}
    ticks = {name: "yes" for name in ("may_be_dismissed", "administrators_only") if getattr(announcement, name)}
    return Form(
        texts
        | ticks
        | {name: getattr(announcement, name) for name in ("level", "link", "plan", "language")}
        | {"companies": "\n".join(company.company_id for company in announcement.companies)}
        | {"begins_at": typed_moment(announcement.begins_at), "ends_at": typed_moment(announcement.ends_at)}
    )


def read(form: Form) -> dict:
    """What an Announcement is made of.  Raises Invalid."""
    language = form.choice("language", LANGUAGES)
    begins_at = moment_in(form, "begins_at") or now()
    read = {
        "texts": _texts(form, [language] if language else LANGUAGES),
        "level": form.choice("level", LEVELS, "info"),
        "link": _link(form),
        "may_be_dismissed": form.yes("may_be_dismissed"),
        "plan": form.choice("plan", PLAN_NAMES),
        "language": language,
        "company_ids": _companies(form),
        "administrators_only": form.yes("administrators_only"),
        "begins_at": begins_at,
        "ends_at": _end(form, begins_at),
    }
    form.check()
    return read


def _texts(form: Form, wanted) -> dict[str, str]:
    """Whoever reads it reads it in a language of his own: none that it is for may be missing."""
    missing = _("Write it in this language too: it is for people who read it.")
    texts = {name: form.text(f"text_{name}", TEXT_AT_MOST, missing=missing if name in wanted else None) for name in LANGUAGES}
    return {name: text for name, text in texts.items() if text}


def _link(form: Form) -> str:
    link = form.text("link", 1000)
    if link and not _WEB.match(link) and not local_path(link, ""):
        form.fail("link", _("Enter an address like https://example.com/news, or a path of ours like /manage/plan."))
    return link


def _companies(form: Form) -> list[int]:
    """Those it names by their IDs."""
    wanted = {word for line in form.lines("companies", 20_000) for word in re.split(r"[\s,;]+", line.lower()) if word}
    if len(wanted) > COMPANIES_AT_MOST:
        form.fail("companies", _("Name at most %(most)s companies.", most=COMPANIES_AT_MOST))
        return []
    query = sa.select(Company.company_id, Company.id).where(Company.company_id.in_(wanted), Company.status != "erased")
    found = dict(map(tuple, db.session.execute(query)))
    if unknown := sorted(wanted - set(found)):
        form.fail("companies", _("There is no company with this ID: %(ids)s.", ids=", ".join(unknown[:5])))
    return sorted(found.values())


def _end(form: Form, begins_at: datetime) -> datetime | None:
    ends_at = moment_in(form, "ends_at")
    if ends_at is not None and ends_at <= max(begins_at, now()):
        form.fail("ends_at", _("It must end after it begins, and later than now."))
    return ends_at
