"""The window of a style: how it looks and what stands in it (Y-08, Y-09, Y-13…Y-23, W-13…W-20, W-33)."""

from flask import Blueprint, render_template, request

from chat.styles.advertisements import DIRECTIONS
from chat.styles.contacts import KINDS as CONTACTS
from chat.styles.pictures import KINDS, LOGO_SIZE, Picture
from chat.styles.window_styles import AT_MOST, WindowStyle
from core.forms import Form
from manage.styles import window_form
from manage.styles.pages import PartPage, site_numbered
from manage.styles.pictures import stretch_note
from manage.styles.previews import preview_of, reading_hint
from manage.styles.rows import rows_of
from manage.styles.uploads import Uploads
from tenants.signing_in.current import needs

style_windows = Blueprint("style_windows", __name__, url_prefix="/manage/styles/<int:site_id>/window")


@style_windows.get("")
@needs("sites.manage")
def edit(site_id):
    page = _page(site_id)
    return page.show(window_form.filled_in(page.part))


@style_windows.post("")
@needs("sites.manage")
def update(site_id):
    page = _page(site_id)
    uploads = Uploads.kept(page.site, window_form.UPLOADS)
    return page.save(lambda form: window_form.typed(form, uploads))


@style_windows.post("/rows")
@needs("sites.manage")
def build(site_id):
    """The page with one row more or less, or moved: nothing is kept until it is saved.  With htmx, those rows alone."""
    page, form = _page(site_id), Form(request.form)
    page.seen = form.id("seen")
    window_form.step(form, Uploads.kept(page.site, window_form.UPLOADS))
    name = form.value("step").partition(" ")[0]
    if "HX-Request" in request.headers and name in window_form.ROWS:
        return render_template(f"manage/styles/_{name}.html", form=form, site=page.site, **_more(form))
    return page.show(form)


@style_windows.post("/preview")
@needs("sites.manage")
def preview(site_id):
    site, form = site_numbered(site_id), Form(request.form)
    window = window_form.typed(form, Uploads())
    form.faults = window_form.renumbered(form.faults, request.form)
    return preview_of(site, window, form)


def _page(site_id: int) -> PartPage:
    return PartPage(site_id, WindowStyle, "manage/styles/window.html", _more)


def _more(form: Form) -> dict:
    return {
        "WORDS": WindowStyle.WORDS,
        "DIRECTIONS": DIRECTIONS,
        "CONTACTS": CONTACTS,
        "LOGO_SIZE": LOGO_SIZE,
        "logo_kb": KINDS["logo"].most_kb,
        "logo_note": stretch_note(Picture.at(form.value("logo"))),
        "hint": reading_hint(form.value("accent").lower()),
        "rows": {name: rows_of(form.typed, name, fields) for name, fields in window_form.ROWS.items()},
        "at_most": AT_MOST,
    }
