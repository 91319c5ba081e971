"""How a style invites its visitors: by itself, by agents, how often, in which words; and what came of it (I-04…I-14)."""

import json
from datetime import timedelta

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from chat.invitations.figures import Counted, Inviter, by_day, by_inviter, counted
from chat.invitations.invitations import Invitation
from chat.invitations.rules import COUNTS, MANNERS, RULES_AT_MOST, VISITORS, Invitations
from chat.styles.pictures import KINDS
from chat.styles.styles import Style
from core.clock import now
from core.forms import Form
from core.periods import Period, zone
from core.tables import csv_file
from manage.styles import invitation_form
from manage.styles.pages import PartPage, site_numbered
from manage.styles.uploads import Uploads
from tenants.companies.settings import Settings
from tenants.signing_in.current import needs

style_invitations = Blueprint("style_invitations", __name__, url_prefix="/manage/styles/<int:site_id>/invitations")

COUNTED = timedelta(days=30)


@style_invitations.get("")
@needs("sites.manage")
def edit(site_id):
    page = _page(site_id)
    return page.show(invitation_form.filled_in(page.part))


@style_invitations.post("")
@needs("sites.manage")
def update(site_id):
    page = _page(site_id)
    uploads = Uploads.kept(page.site, invitation_form.UPLOADS)
    return page.save(lambda form: invitation_form.typed(form, uploads))


@style_invitations.post("/rules")
@needs("sites.manage")
def build(site_id):
    """The page with one rule more or less: nothing is kept until it is saved.  With htmx, the rules alone."""
    page, form = _page(site_id), Form(request.form)
    page.seen = form.id("seen")
    invitation_form.step(form)
    if "HX-Request" in request.headers:
        return render_template("manage/styles/_invitation_rules.html", form=form, site=page.site, **_rules(form))
    return page.show(form)


@style_invitations.post("/preview")
@needs("sites.manage")
def preview(site_id):
    """The two boxes, and how often they come, as they are just being typed."""
    site, form = site_numbered(site_id), Form(request.form)
    part = invitation_form.typed(form, Uploads())
    return render_template("manage/styles/_invitation_sample.html", site=site, **_sample(part))


@style_invitations.get("/figures.csv")
@needs("sites.manage")
def export_csv(site_id):
    site = site_numbered(site_id)
    names = _rule_names(Style(site)[Invitations])
    rows = [(row.day.isoformat(), _inviter(row.by, names), *row.figures) for row in _counted(site_id, Form(request.args))]
    heads = [_("Day"), _("Invited by"), _("Invitations"), _("Shown"), _("Accepted"), _("Declined")]
    return csv_file(f"invitations-{now():%Y-%m-%d}.csv", heads, rows)


def _page(site_id: int) -> PartPage:
    return PartPage(site_id, Invitations, "manage/styles/invitations.html", lambda form: _more(site_id, form))


def _more(site_id: int, form: Form) -> dict:
    settings, asked = Settings.current(), Form(request.args)
    rows = _counted(site_id, asked)
    names = _rule_names(Style(site_numbered(site_id))[Invitations])
    faults = dict(form.faults)
    part = invitation_form.typed(form, Uploads())
    form.faults = faults
    return {
        "MANNERS": MANNERS.items(),
        "picture_kb": KINDS["invitation"].most_kb,
        "settings": settings,
        "asked": asked,
        "days": by_day(rows),
        "inviters": [(_inviter(by, names), figures) for by, figures in by_inviter(rows).items()],
        "chart": _chart(rows),
        **_rules(form),
        **_sample(part),
    }


def _rules(form: Form) -> dict:
    return {
        "rule_ids": invitation_form.rule_ids(form),
        "COUNTS": COUNTS.items(),
        "VISITORS": VISITORS.items(),
        "most_rules": RULES_AT_MOST,
    }


def _sample(part: Invitations) -> dict:
    """The boxes as visitors who read the language of this page would see them."""
    manner = part.manner if Settings.current().chats_directly else "ask"
    online = Invitation(
        title=part.box_title, text=part.box_text, picture=part.box_picture, manner=manner, is_offline=False, by=None
    )
    offline = Invitation(title=part.offline_title, text=part.offline_text, picture="", manner=manner, is_offline=True, by=None)
    boxes = [(_("While somebody is there"), online.as_dict())]
    if part.invites_offline:
        boxes.append((_("While nobody is there"), offline.as_dict()))
    return {"boxes": boxes, "caps": caps_in_words(part)}


def caps_in_words(part: Invitations) -> str:
    """“A visitor sees at most 2 invitations on a visit …”"""
    visit = ngettext(
        "A visitor sees at most one invitation on a visit",
        "A visitor sees at most %(num)s invitations on a visit",
        part.per_visit,
    )
    day = ngettext("and one in 24 hours, whoever invites.", "and %(num)s in 24 hours, whoever invites.", part.per_day)
    if not part.quiet_days:
        return f"{visit} {day}"
    quiet = ngettext(
        "After a no, the rules leave them alone for a day.",
        "After a no, the rules leave them alone for %(num)s days.",
        part.quiet_days,
    )
    return f"{visit} {day} {quiet}"


def _counted(site_id: int, asked: Form) -> list[Counted]:
    """Of the days asked for, or the last COUNTED."""
    period = Period.asked_for(asked)
    until = period.until or now()
    return counted(site_numbered(site_id), period.since or until - COUNTED, until, str(zone()))


def _rule_names(part: Invitations) -> dict[int, str]:
    return {rule.id: rule.name or _("Rule %(number)s", number=number) for number, rule in enumerate(part.rules, 1)}


def _inviter(by: Inviter, names: dict[int, str]) -> str:
    return by.member or names.get(by.rule_id) or _("A rule that was removed")


def _chart(rows: list[Counted]) -> str:
    """For frontend/src/pages/chart.ts."""
    days = sorted(by_day(rows).items())
    series = {_("Shown"): "shown", _("Accepted"): "accepted", _("Declined"): "declined"}
    return json.dumps(
        {
            "unit": "",
            "days": [day.isoformat() for day, _figures in days],
            "series": [
                {"name": name, "values": [getattr(figures, kind) for _day, figures in days]} for name, kind in series.items()
            ],
        }
    )
