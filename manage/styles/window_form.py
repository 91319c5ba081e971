"""The form on which a window is set."""

from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from chat.styles.advertisements import DIRECTIONS, Ads, Line
from chat.styles.contacts import KINDS, Contact, number_typed
from chat.styles.links import LONGEST, Link, with_scheme
from chat.styles.rich_text import cleaned
from chat.styles.window_styles import AT_MOST, MENU, SECONDS, Logo, SidePicture, WindowStyle
from core.errors import Invalid
from core.forms import Form
from core.text import tidy, tidy_lines
from manage.styles.rows import Row, keep_rows, rows_of, stepped
from manage.styles.uploads import Uploads

UPLOADS = {"picture": "side", "logo": "logo", "ads-picture": "ad", "contacts-picture": "contact"}
ROWS = {
    "links": ("text", "url"),
    "ads": ("text", "url", "picture", "starts_on", "ends_on"),
    "contacts": ("kind", "number", "label", "picture"),
}
EMPTY = {"links": {}, "ads": {}, "contacts": {"kind": "qq"}}
CHOICES = ("skin", "scheme", "emoticons")


def filled_in(window: WindowStyle) -> Form:
    """As the window is."""
    plain = window.as_dict()
    typed = {name: plain[name] for name in ("heading", "accent", "welcome", "introduction", "warning", *CHOICES)}
    form = Form(
        typed
        | {"menu": list(window.menu), "ads_direction": window.ads.direction, "ads_seconds": window.ads.seconds}
        | {"picture": window.picture.url, "picture_link": window.picture.link, "picture_text": window.picture.text}
        | {"logo": window.logo.url, "logo_link": window.logo.link}
        | {"forum_text": window.forum.text, "forum_url": window.forum.url}
        | {"payment_text": window.payment.text, "payment_url": window.payment.url}
    )
    for name, rows in {"links": plain["links"], "ads": plain["ads"]["lines"], "contacts": plain["contacts"]}.items():
        keep_rows(form.typed, name, ROWS[name], rows)
    return form


def step(form: Form, uploads: Uploads) -> None:
    """Take the step that was asked for, and keep all else as it was typed."""
    uploads.fill_in(form)
    name, _, verb = form.value("step").partition(" ")
    if name in ROWS:
        rows = stepped(rows_of(form.typed, name, ROWS[name]), verb, EMPTY[name], AT_MOST[name])
        keep_rows(form.typed, name, ROWS[name], rows)


def typed(form: Form, uploads: Uploads) -> WindowStyle:
    """The window as it was typed, with what is wrong noted beside its field.  Empty rows are left out."""
    uploads.fill_in(form)
    for name, fields in ROWS.items():
        rows = [row for row in rows_of(form.typed, name, fields) if _is_filled_in(row)]
        keep_rows(form.typed, name, fields, rows)
    window = WindowStyle(
        **{name: form.choice(name, WindowStyle.WORDS[name]) for name in CHOICES},
        heading=form.text("heading", 60),
        accent=form.text("accent", 7).lower(),
        menu=tuple(item for item in MENU if form.has("menu", item)),
        welcome=tidy_lines(form.value("welcome"), 500),
        introduction=cleaned(form.value("introduction")),
        warning=form.text("warning", 200),
        picture=SidePicture(form.text("picture", 200), _address(form.value("picture_link")), form.text("picture_text", 120)),
        logo=Logo(form.text("logo", 200), _address(form.value("logo_link"))),
        forum=Link(form.text("forum_text", 40), _address(form.value("forum_url"))),
        payment=Link(form.text("payment_text", 40), _address(form.value("payment_url"))),
        links=tuple(_link(row) for row in rows_of(form.typed, "links", ROWS["links"])),
        contacts=tuple(_contact(row) for row in rows_of(form.typed, "contacts", ROWS["contacts"])),
        ads=_ads(form),
    )
    try:
        window.check()
    except Invalid as invalid:
        form.refuse(invalid)
    return window


def renumbered(faults: dict[str, str], typed: MultiDict) -> dict[str, str]:
    """The faults under the numbers that rows have on the page, where the empty ones still stand among them."""
    numbers = {
        name: [at for at, row in enumerate(rows_of(typed, name, fields)) if _is_filled_in(row)] for name, fields in ROWS.items()
    }
    return {_renumbered(fault, numbers): text for fault, text in faults.items()}


def _renumbered(fault: str, numbers: dict[str, list[int]]) -> str:
    match fault.split("-"):
        case [group, at, field]:
            return f"{group}-{numbers[group][int(at)]}-{field}"
        case _:
            return fault


def _is_filled_in(row: Row) -> bool:
    return any(value.strip() for field, value in row.items() if field != "kind")


def _address(text: str) -> str:
    return with_scheme(tidy(text, LONGEST + 1))


def _link(row: Row) -> Link:
    return Link(tidy(row["text"], 40), _address(row["url"]))


def _contact(row: Row) -> Contact:
    kind = row["kind"] if row["kind"] in KINDS else ""
    return Contact(kind, number_typed(kind, tidy(row["number"], 40)), tidy(row["label"], 40), tidy(row["picture"], 200))


def _ads(form: Form) -> Ads:
    seconds = form.whole_number("ads_seconds", *SECONDS)
    lines = [_line(form, at, row) for at, row in enumerate(rows_of(form.typed, "ads", ROWS["ads"]))]
    return Ads(form.choice("ads_direction", DIRECTIONS), Ads().seconds if seconds is None else seconds, tuple(lines))


def _line(form: Form, at: int, row: Row) -> Line:
    days = [_day(form, f"ads-{at}-{field}", row[field]) for field in ("starts_on", "ends_on")]
    return Line(tidy(row["text"], 120), _address(row["url"]), tidy(row["picture"], 200), *days)


def _day(form: Form, name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        form.fail(name, _("Enter a day like 2026-12-31."))
        return None
