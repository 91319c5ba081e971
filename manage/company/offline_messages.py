"""All offline messages, as an administrator looks through them (L-08, L-09): a query, the full text, and what is to be done."""

import uuid

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from chat.offline.assignment import handler_for, handlers
from chat.offline.messages import offline_message_for
from chat.offline.queries import HEADS, NOBODY, STATES, OfflineQuery
from chat.styles.sites import Site
from core.clock import now
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.periods import Period
from core.tables import csv_file, xlsx_file
from manage.deeds import noted
from tenants.signing_in.current import current_member, needs

offline_messages = Blueprint("offline_messages", __name__, url_prefix="/manage/messages")

ROWS = 50


@offline_messages.get("")
@needs("offline_messages.handle")
def index():
    asked = Form(request.args)
    query = _query(asked)
    found = query.found(asked.id("before"), at_most=ROWS + 1)
    return render_template(
        "manage/offline_messages/index.html",
        asked=asked,
        messages=found[:ROWS],
        count=query.count,
        older=found[ROWS - 1].id if len(found) > ROWS else None,
        kept={name: value for name, value in request.args.items() if name != "before" and value},
        STATES=STATES,
        NOBODY=NOBODY,
        handlers=handlers(),
        sites=Site.all(),
        reads=str(get_locale()),
    )


@offline_messages.get("/messages.csv")
@needs("records.export")
def export_csv():
    return csv_file(f"{_file_name()}.csv", HEADS, _exported())


@offline_messages.get("/messages.xlsx")
@needs("records.export")
def export_xlsx():
    return xlsx_file(f"{_file_name()}.xlsx", HEADS, _exported())


@offline_messages.get("/<int:offline_message_id>")
@needs("offline_messages.handle")
def show(offline_message_id):
    return _page(offline_message_id, Form())


@offline_messages.post("/<int:offline_message_id>")
@needs("offline_messages.handle")
def update(offline_message_id):
    """Whose it is."""
    with transaction():
        message = offline_message_for(current_member(), offline_message_id)
        message.assign(handler_for(current_member(), Form(request.form).id("member") or 0))
    flash(_("Assigned to %(name)s.", name=message.assigned_to.name), "success")
    return redirect(url_for(".show", offline_message_id=offline_message_id))


@offline_messages.post("/<int:offline_message_id>/handling")
@needs("offline_messages.handle")
def handle(offline_message_id):
    with transaction():
        message = offline_message_for(current_member(), offline_message_id)
        message.handle(by=current_member(), note=request.form.get("note", ""))
    return redirect(url_for(".show", offline_message_id=offline_message_id))


@offline_messages.post("/<int:offline_message_id>/replies")
@needs("offline_messages.handle")
def reply(offline_message_id):
    """The form brings its own number, so that pressing twice sends once."""
    form = Form(request.form)
    try:
        with transaction():
            message = offline_message_for(current_member(), offline_message_id)
            message.reply(current_member(), _client_id(form), form.value("text"))
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(offline_message_id, form), refusal.status
    flash(_("Your answer is on its way."), "success")
    return redirect(url_for(".show", offline_message_id=offline_message_id))


def _page(offline_message_id: int, form: Form) -> str:
    return render_template(
        "manage/offline_messages/show.html",
        message=offline_message_for(current_member(), offline_message_id),
        form=form,
        handlers=handlers(),
        client_id=_client_id(form),
        reads=str(get_locale()),
    )


def _client_id(form: Form) -> uuid.UUID:
    try:
        return uuid.UUID(form.value("client_id"))
    except ValueError:
        return uuid.uuid4()


def _query(asked: Form) -> OfflineQuery:
    period = Period.asked_for(asked)
    return OfflineQuery(
        since=period.since,
        until=period.until,
        state=asked.choice("state", STATES),
        assigned_to=0 if asked.has("assigned", NOBODY) else asked.id("assigned"),
        site_id=asked.id("site"),
        text=asked.text("text", 100),
    )


def _exported():
    current_member().need("offline_messages.handle")
    with transaction():
        noted("offline_messages.exported")
    return _query(Form(request.args)).rows()


def _file_name() -> str:
    return f"{g.company.company_id}-messages-{now():%Y-%m-%d}"
