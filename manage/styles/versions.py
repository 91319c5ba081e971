"""The time machine of a style: every save with its author and what was different, and the way back (Y-07, beyond 8)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from chat.styles.history import Wanted, part_before, versions_of
from chat.styles.styles import PARTS, Style, StyleVersion
from core.db import transaction
from core.forms import Form
from core.periods import Period
from manage.deeds import noted
from manage.styles.differences import differences
from manage.styles.pages import site_numbered
from tenants.people.members import Member
from tenants.signing_in.current import current_member, needs

style_versions = Blueprint("style_versions", __name__, url_prefix="/manage/styles/<int:site_id>/versions")

ROWS = 20


@style_versions.get("")
@needs("sites.manage")
def index(site_id):
    site, asked = site_numbered(site_id), Form(request.args)
    found = versions_of(site, _wanted(asked), before=asked.id("before"), at_most=ROWS + 1)
    return render_template(
        "manage/styles/versions.html",
        site=site,
        asked=asked,
        versions=[(version, differences(part_before(version), version.value)) for version in found[:ROWS]],
        older=found[ROWS - 1].number if len(found) > ROWS else None,
        kept={name: value for name, value in request.args.items() if name != "before" and value},
        PARTS=PARTS,
        members=Member.all(),
    )


@style_versions.get("/<int:number>")
@needs("sites.manage")
def show(site_id, number):
    """One version, what was different with it, and what would be different if it came back."""
    site = site_numbered(site_id)
    version = StyleVersion.numbered(site, number)
    return render_template(
        "manage/styles/version.html",
        site=site,
        version=version,
        then=differences(part_before(version), version.value),
        back=differences(Style(site)[version.kind], version.value),
    )


@style_versions.post("/<int:number>/return")
@needs("sites.manage")
def bring_back(site_id, number):
    with transaction():
        site = site_numbered(site_id)
        version = Style(site).return_to(number, current_member())
        if version is not None:
            noted("style.returned", site, site=site.name, part=str(version.kind.title), version=number)
    if version is None:
        flash(_("Version %(number)s is in force already.", number=number), "info")
    else:
        flash(_("Version %(number)s is back. Open pages show it within seconds.", number=number), "success")
    return redirect(url_for(".index", site_id=site_id))


def _wanted(asked: Form) -> Wanted:
    period = Period.asked_for(asked)
    return Wanted(asked.choice("part", PARTS) or None, asked.id("author"), period.since, period.until)
