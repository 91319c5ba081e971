"""What the company sets for all its agents (S-01)."""

from zoneinfo import available_timezones

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from chat.invitations.inviting import InvitingChanged
from chat.visitors.presence import PRESENCES
from core.db import record, transaction
from core.errors import Invalid
from core.forms import Form
from core.pages import LANGUAGES
from manage.deeds import noted
from tenants.abuse.sign_ups import note_name
from tenants.companies.settings import Settings
from tenants.signing_in.current import needs

settings = Blueprint("settings", __name__, url_prefix="/manage/settings")

IDLE_PRESENCES = ("away", "busy")
INVITING = ("invites_by_hand", "chats_directly")
OF_COMPANY = ("name", "language", "time_zone")
OF_AGENTS = ("idle_minutes", "idle_presence", "mail_offline_messages", "mails_assignee_only", *INVITING)


@settings.get("")
@needs("settings.manage")
def edit():
    return _page(Form({name: "" if value is False else value for name, value in _now().items()}))


@settings.post("")
@needs("settings.manage")
def update():
    form = Form(request.form)
    try:
        with transaction():
            _change(form)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form), invalid.status
    flash(_("Saved."), "success")
    return redirect(url_for(".edit"))


def _change(form: Form) -> None:
    wanted = {
        "name": form.text("name", missing=_("Enter your company's name.")),
        "language": form.choice("language", LANGUAGES, otherwise=g.company.language),
        "time_zone": form.choice("time_zone", available_timezones(), otherwise=g.company.time_zone),
        "idle_minutes": form.whole_number("idle_minutes", 1, 1440, missing=_("Enter a number.")),
        "idle_presence": form.choice("idle_presence", IDLE_PRESENCES, otherwise="away"),
        "mail_offline_messages": form.yes("mail_offline_messages"),
        "mails_assignee_only": form.yes("mails_assignee_only"),
        **{name: form.yes(name) for name in INVITING},
    }
    form.check()
    before = _now()
    details = {name: f"{before[name]} → {value}" for name, value in wanted.items() if before[name] != value}
    for owner, names in ((g.company, OF_COMPANY), (Settings.current(), OF_AGENTS)):
        for name in names:
            setattr(owner, name, wanted[name])
    if details:
        noted("company.changed", **details)
    if "name" in details:
        note_name(g.company, [])
    if details.keys() & set(INVITING):
        record(InvitingChanged(g.company.id))


def _now() -> dict:
    owners = ((g.company, OF_COMPANY), (Settings.current(), OF_AGENTS))
    return {name: getattr(owner, name) for owner, names in owners for name in names}


def _page(form: Form) -> str:
    presences = [(name, PRESENCES[name]) for name in IDLE_PRESENCES]
    return render_template(
        "manage/settings/edit.html", form=form, idle_presences=presences, time_zones=sorted(available_timezones())
    )
