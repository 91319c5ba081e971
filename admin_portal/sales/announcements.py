"""Announcements: what scrolls in consoles and stands in management centres (A-03)."""

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_portal.sales import announcement_form
from admin_portal.sales.announcement_form import LEVEL_NAMES
from admin_portal.sales.deeds import key_in
from billing.plans import PLAN_NAMES
from core.clock import now
from core.db import db, record, transaction
from core.errors import Refusal
from core.forms import Form
from core.pages import LANGUAGES, kept
from core.tables import csv_file, xlsx_file
from operators.audit import note
from operators.current import current_operator, needs
from tenants.companies.company import Company
from tenants.companies.standing import CompanyStanding
from tenants.platform.announcements import STATES, Announcement, text_in
from tenants.platform.notices import NoticesChanged

announcements = Blueprint("announcements", __name__, url_prefix="/announcements")

ROWS, AT_MOST = 50, 10_000
HEADS = (_l("Number"), _l("State"), _l("Text"), _l("Level"), _l("From"), _l("To"), _l("For"), _l("Author"))


@announcements.get("")
@needs("catalogue.see")
def index():
    asked = Form(request.args)
    found = _found(asked, ROWS + 1, before=asked.id("before"))
    return render_template(
        "admin_portal/sales/announcements.html",
        asked=asked,
        announcements=found[:ROWS],
        older=found[ROWS - 1].id if len(found) > ROWS else None,
        kept=kept("before", "kind"),
        **_words(),
    )


@announcements.get("/export.<any(csv, xlsx):kind>")
@needs("catalogue.see")
def export(kind):
    write = csv_file if kind == "csv" else xlsx_file
    return write(f"announcements-{now():%Y-%m-%d}.{kind}", HEADS, map(_row, _found(Form(request.args), AT_MOST)))


@announcements.get("/<int:id>")
@needs("catalogue.see")
def show(id):
    announcement = Announcement.numbered(id)
    return render_template(
        "admin_portal/sales/announcement.html", announcement=announcement, reach=_reach(announcement), **_words()
    )


@announcements.get("/new")
@needs("announcements.write")
def new():
    return _form(announcement_form.blank())


@announcements.post("")
@needs("announcements.write")
def create():
    form = Form(request.form)
    try:
        key = key_in(form)
        about = announcement_form.read(form)
        with transaction():
            announcement = Announcement.keyed(key) or _write(key, about)
            _publish_if_asked(form, announcement)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(form), refusal.status
    return redirect(url_for(".show", id=announcement.id))


@announcements.get("/<int:id>/edit")
@needs("announcements.write")
def edit(id):
    announcement = Announcement.numbered(id)
    return _form(announcement_form.typed_of(announcement), announcement)


@announcements.post("/<int:id>")
@needs("announcements.write")
def update(id):
    form, announcement = Form(request.form), Announcement.numbered(id)
    try:
        about = announcement_form.read(form)
        with transaction():
            announcement.change(**about)
            note("announcement.changed", current_operator(), subject=f"announcement:{id}", text=text_in(about["texts"], "en"))
            _publish_if_asked(form, announcement)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(form, announcement), refusal.status
    flash(_("Saved."), "success")
    return redirect(url_for(".show", id=id))


@announcements.post("/<int:id>/removal")
@needs("announcements.write")
def destroy(id):
    """A draft, or one that nobody has read yet."""
    announcement = Announcement.numbered(id)
    with transaction():
        announcement.discard()
        note("announcement.discarded", current_operator(), subject=f"announcement:{id}", text=text_in(announcement.texts, "en"))
    flash(_("Discarded."), "success")
    return redirect(url_for(".index"))


def audience_of(announcement: Announcement) -> str:
    """Whom it is for, in words."""
    parts = [
        str(PLAN_NAMES[announcement.plan]) if announcement.plan else "",
        LANGUAGES.get(announcement.language, ""),
        ", ".join(company.company_id for company in announcement.companies),
        _("administrators only") if announcement.administrators_only else "",
    ]
    return " · ".join(part for part in parts if part) or _("everybody")


def _write(key: str, about: dict) -> Announcement:
    announcement = Announcement(key=key, written_by=current_operator().name, **about)
    db.session.add(announcement)
    db.session.flush()
    record(NoticesChanged())
    subject = f"announcement:{announcement.id}"
    note("announcement.written", current_operator(), subject=subject, text=text_in(about["texts"], "en"))
    return announcement


def _publish_if_asked(form: Form, announcement: Announcement) -> None:
    if form.has("deed", "publish") and announcement.published_at is None:
        announcement.publish()
        note("announcement.published", current_operator(), subject=f"announcement:{announcement.id}")


def _found(asked: Form, at_most: int, before: int | None = None) -> list[Announcement]:
    query = sa.select(Announcement).order_by(Announcement.id.desc()).limit(at_most)
    if before is not None:
        query = query.where(Announcement.id < before)
    if state := asked.choice("state", STATES):
        query = query.where(Announcement.is_in(state))
    return list(db.session.scalars(query))


def _reach(announcement: Announcement) -> int:
    """How many open companies it is for, as far as their plan was published."""
    query = sa.select(sa.func.count()).select_from(Company).where(Company.status == "open")
    if announcement.company_ids:
        query = query.where(Company.id.in_(announcement.company_ids))
    if announcement.plan:
        query = query.join(CompanyStanding, CompanyStanding.company_id == Company.id)
        query = query.where(CompanyStanding.plan == announcement.plan)
    return db.session.scalar(query)


def _row(announcement: Announcement) -> tuple:
    text, level = text_in(announcement.texts, "en"), LEVEL_NAMES[announcement.level]
    when = announcement.begins_at, announcement.ends_at
    state, audience = STATES[announcement.state], audience_of(announcement)
    return announcement.id, state, text, level, *when, audience, announcement.written_by


def _form(form: Form, announcement: Announcement | None = None) -> str:
    return render_template(
        "admin_portal/sales/announcement_form.html", form=form, announcement=announcement, PLAN_NAMES=PLAN_NAMES, **_words()
    )


def _words() -> dict:
    return {"STATES": STATES, "LEVEL_NAMES": LEVEL_NAMES, "audience_of": audience_of, "text_in": text_in}
