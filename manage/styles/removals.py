"""Deleting a style with its site, for ever (Y-01, Y-05)."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from billing.styles import end_terms
from chat.site_removals import going_on_at, remove_site
from chat.styles.sites import LastStyle, Site
from core.db import transaction
from manage.deeds import noted
from manage.styles.pages import site_numbered
from tenants.signing_in.current import current_member, needs

style_removals = Blueprint("style_removals", __name__, url_prefix="/manage/styles/<int:site_id>/removal")


@style_removals.get("")
@needs("sites.manage")
def new(site_id):
    """What will happen, before it does."""
    site = site_numbered(site_id)
    going_on, is_last = len(going_on_at(site)), len(Site.all()) == 1
    return render_template("manage/styles/removal.html", site=site, going_on=going_on, is_last=is_last)


@style_removals.post("")
@needs("sites.manage")
def create(site_id):
    try:
        with transaction():
            site = site_numbered(site_id)
            remove_site(site, current_member())
            end_terms(g.company, site.id)
            noted("site.removed", site, name=site.name)
    except LastStyle as refusal:
        flash(str(refusal), "danger")
    else:
        flash(_("%(name)s is deleted.", name=site.name), "success")
    return redirect(url_for("manage.styles.index"))
