"""What visitors would see: a blank page that stands for the company's, with the look somebody is just setting (Y-21)."""

from flask import Blueprint, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from chat.dress import dress_of
from chat.styles.colours import READABLE, WHITE, contrast, is_colour, text_on
from chat.styles.launchers import Launcher
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.styles.window_styles import WindowStyle
from core.forms import Form
from manage.styles.pages import site_numbered
from tenants.people.departments import Department
from tenants.people.members import Member
from tenants.signing_in.current import needs

style_previews = Blueprint("style_previews", __name__, url_prefix="/manage/styles/<int:site_id>/preview")

# What is set on these pages; it is shown whatever the company has the right to.
DRESSES = (Launcher, WindowStyle)
SAMPLES = 3
# What draws it.
PREVIEW = "src/widget/preview.tsx"


@style_previews.get("")
@needs("sites.manage")
def show(site_id):
    """The look as it is kept, for the frame of an editor: `of` is the part that is set there."""
    site = site_numbered(site_id)
    dress = dress_of(site, *(Style(site)[kind] for kind in DRESSES))
    return blank_page(site, dress, is_framed=True, shows_icon=request.args.get("of") == Launcher.name)


def preview_of(site: Site, part: Launcher | WindowStyle, form: Form) -> Response:
    """The look with a part as somebody is setting it: for his editor, what is wrong beside it; else as a page of its own."""
    others = (Style(site)[kind] for kind in DRESSES if kind is not type(part))
    dress = dress_of(site, part.presentable(), *others)
    if not request.accept_mimetypes["application/json"] > request.accept_mimetypes["text/html"]:
        return blank_page(site, dress, shows_icon=isinstance(part, Launcher))
    return jsonify(
        style=dress,
        reception=sample_reception(dress),
        faults={name: str(fault) for name, fault in form.faults.items()},
        hints={"accent": reading_hint(part.accent)},
    )


def blank_page(site: Site, dress: dict, **how: bool) -> Response:
    reception = sample_reception(dress)
    page = render_template("manage/styles/preview.html", site=site, dress=dress, reception=reception, PREVIEW=PREVIEW, **how)
    response = make_response(page)
    response.headers["Content-Security-Policy"] = _policy()
    return response


def sample_reception(dress: dict) -> dict:
    """`Reception` with everybody there; for a list, with the first of the company's own departments and agents."""
    entries = _sample_entries() if dress["launcher"]["kind"] == "list" else []
    return {"standing": "online", "entries": entries, "when_closed": "form", "opens_at": None}


def reading_hint(accent: str) -> str:
    """What to know about writing on this colour; "" when white can be read on it, or it is none."""
    if not is_colour(accent) or text_on(accent) == WHITE:
        return ""
    return _(
        "White is hard to read on this colour (%(ratio)s : 1, it takes %(least)s : 1), so we write on it in black.",
        ratio=f"{contrast(accent, WHITE):.1f}",
        least=READABLE,
    )


def _sample_entries() -> list[dict]:
    departments = [_entry("department", one.id, one.name) for one in Department.all()[:SAMPLES]]
    answering = [member for member in Member.all() if member.may("conversations.answer")]
    members = [_entry("member", one.id, one.name) for one in answering[:SAMPLES]]
    return departments + members


def _entry(kind: str, id: int, name: str) -> dict:
    return {"kind": kind, "id": id, "name": name, "department": "", "standing": "online"}


def _policy() -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'nonce-{g.csp_nonce}'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            # The editor shows it beside the form.
            "frame-ancestors 'self'",
        ]
    )
