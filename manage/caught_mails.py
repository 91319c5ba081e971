"""In development: the mails and SMS that were not sent but caught."""

import email
import re
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from flask import Blueprint, abort, current_app, render_template
from markupsafe import Markup, escape

from core.mail import caught_folder
from sms.gateways.catcher import caught

caught_mails = Blueprint("caught_mails", __name__, url_prefix="/dev/outbox")

AT_MOST = 200
_NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}\Z")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


@caught_mails.before_request
def only_where_mails_are_caught() -> None:
    if not current_app.config["MAIL_URL"].startswith("catcher:"):
        abort(404)


@caught_mails.get("")
def index():
    newest = sorted(caught_folder().glob("*.eml"), reverse=True)[:AT_MOST]
    mails = [(path.stem, _read(path)) for path in newest]
    return render_template("manage/caught_mails/index.html", mails=mails, all_sms=caught()[:AT_MOST])


@caught_mails.get("/<name>")
def show(name):
    path = caught_folder() / f"{name}.eml"
    if not _NAME.match(name) or not path.is_file():
        abort(404)
    mail = _read(path)
    return render_template("manage/caught_mails/show.html", mail=mail, text=_with_links(mail.get_content()))


def _read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=default)


def _with_links(text: str) -> Markup:
    """The text with its addresses to click."""
    pieces, at = [], 0
    for link in _LINK.finditer(text):
        pieces += [escape(text[at : link.start()]), Markup('<a href="{0}">{0}</a>').format(link[0])]
        at = link.end()
    return Markup("").join([*pieces, escape(text[at:])])
