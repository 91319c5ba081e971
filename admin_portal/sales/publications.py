"""An announcement is let out, or taken in again."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from core.db import lock, transaction
from operators.audit import note
from operators.current import current_operator, needs
from tenants.platform.announcements import Announcement

publications = Blueprint("publications", __name__, url_prefix="/announcements/<int:id>/publication")


@publications.post("")
@needs("announcements.write")
def create(id):
    with transaction():
        announcement = Announcement.numbered(id)
        lock(announcement)
        if announcement.published_at is None:
            announcement.publish()
            note("announcement.published", current_operator(), subject=f"announcement:{id}")
    flash(_("Published."), "success")
    return redirect(url_for("admin_portal.announcements.show", id=id))


@publications.post("/end")
@needs("announcements.write")
def destroy(id):
    with transaction():
        announcement = Announcement.numbered(id)
        if announcement.end():
            note("announcement.ended", current_operator(), subject=f"announcement:{id}")
    flash(_("It is not shown any more."), "success")
    return redirect(url_for("admin_portal.announcements.show", id=id))
