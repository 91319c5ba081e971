"""In development: the mails and SMS that were not sent but caught."""

import email
import re
from email.message import EmailMessage
from email.policy import default
from email.utils import formatdate, make_msgid
from pathlib import Path

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from chat.offline.incoming_mails import receive
from core.mail import caught_folder, is_caught
from sms.gateways.catcher import caught

caught_mails = Blueprint("caught_mails", __name__, url_prefix="/dev/outbox")

AT_MOST = 200
_NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}\Z")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


@caught_mails.before_request
def only_where_mails_are_caught() -> None:
    if not is_caught():
        abort(404)


@caught_mails.get("")
def index():
    newest = sorted(caught_folder().glob("*.eml"), reverse=True)[:AT_MOST]
    mails = [(path.stem, _read(path)) for path in newest]
    return render_template("manage/caught_mails/index.html", mails=mails, all_sms=caught()[:AT_MOST])


@caught_mails.get("/<name>")
def show(name):
    mail = _called(name)
    return render_template("manage/caught_mails/show.html", name=name, mail=mail, text=_with_links(mail.get_content()))


@caught_mails.post("/<name>/answer")
def answer(name):
    """As if whom it went to had pressed "Reply" in his mail program."""
    if receive(bytes(_answer_to(_called(name), request.form.get("text", "")))):
        flash(_("The answer came in."), "success")
    else:
        flash(_("Nobody takes answers to this mail."), "warning")
    return redirect(url_for(".show", name=name))


def _called(name: str) -> EmailMessage:
    path = caught_folder() / f"{name}.eml"
    if not _NAME.match(name) or not path.is_file():
        abort(404)
    return _read(path)


def _answer_to(mail: EmailMessage, text: str) -> EmailMessage:
    answer = EmailMessage()
    answer["From"], answer["To"] = mail["To"], mail["Reply-To"] or mail["From"]
    answer["Subject"] = f"Re: {mail['Subject']}"
    answer["Date"], answer["Message-ID"], answer["In-Reply-To"] = formatdate(), make_msgid(), mail["Message-ID"]
    quoted = "\n".join(f"> {line}" for line in mail.get_content().splitlines())
    answer.set_content(f"{text}\n\nOn {mail['Date']}, {mail['From']} wrote:\n{quoted}\n")
    return answer


def _read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=default)


def _with_links(text: str) -> Markup:
    """The text with its addresses to click."""
    pieces, at = [], 0
    for link in _LINK.finditer(text):
        pieces += [escape(text[at : link.start()]), Markup('<a href="{0}">{0}</a>').format(link[0])]
        at = link.end()
    return Markup("").join([*pieces, escape(text[at:])])
