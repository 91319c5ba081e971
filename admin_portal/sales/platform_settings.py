"""Limits of the platform: trials, the free edition, the most of anything (F-06, F-07, Y-04)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_portal.sales.deeds import is_confirmed, reason_in
from core.db import db, transaction
from core.errors import Refusal
from core.forms import Form
from operators.audit import note
from operators.current import current_operator, needs
from tenants.platform.settings import LIMITS, Limits, PlatformSettings, most_of, upload_mb

platform_settings = Blueprint("platform_settings", __name__, url_prefix="/limits")


@platform_settings.get("")
@needs("catalogue.see")
def edit():
    """As it counts now, or filled with an earlier version to bring it back."""
    with transaction():
        now = _now()
        wanted = _earlier(Form(request.args).id("version")) or now
        return _page(Form({name: _shown(wanted, name) for name in LIMITS} | {"after": now.version}), now)


@platform_settings.post("")
@needs("catalogue.change", proof=True)
def update():
    """First what it would change, then the version; an earlier one is brought back the same way."""
    form = Form(request.form)
    with transaction():
        before = _now()
    try:
        wanted = {
            name: form.whole_number(name, limit.least, most_of(name), missing=_("Enter a number."))
            for name, limit in LIMITS.items()
        }
        reason = reason_in(form)
        form.check()
        changed = {name: (_shown(before, name), number) for name, number in wanted.items() if number != _shown(before, name)}
        if not changed:
            form.fail("form", _("Nothing is different."))
        form.check()
        if form.yes("again"):
            with transaction():
                return _page(form, before)
        if not is_confirmed(form):
            return render_template("admin_portal/sales/limits_preview.html", form=form, changed=changed, LIMITS=LIMITS)
        with transaction():
            chosen = dict(before.chosen) | {name: number for name, (_was, number) in changed.items()}
            version = PlatformSettings.change(chosen, form.id("after") or 0, current_operator().name, reason)
            told = {name: f"{was} → {number}" for name, (was, number) in changed.items()}
            note("limits.changed", current_operator(), subject=f"limits:{version}", reason=reason, **told)
    except Refusal as refusal:
        form.refuse(refusal)
        with transaction():
            return _page(form, before), refusal.status
    flash(_("Saved. It counts everywhere within seconds."), "success")
    return redirect(url_for(".edit"))


def _now() -> Limits:
    """As it stands in the database, not as it is remembered."""
    newest = PlatformSettings.newest()
    return Limits(newest.version, newest.chosen) if newest else Limits(0, {})


def _earlier(version: int | None) -> Limits | None:
    found = db.session.get(PlatformSettings, version) if version else None
    return Limits(found.version, found.chosen) if found else None


def _shown(limits: Limits, name: str) -> int:
    return limits[name] or upload_mb() if name == "max_upload_mb" else limits[name]


def _page(form: Form, now: Limits) -> str:
    return render_template(
        "admin_portal/sales/limits.html", form=form, LIMITS=LIMITS, most_of=most_of, versions=PlatformSettings.all(), now=now
    )
