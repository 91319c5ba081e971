"""The icon of a style: how the way into the chat stands in the company's page (Y-10…Y-12, Y-19)."""

from flask import Blueprint, request
from flask_babel import gettext as _

from chat.styles.launchers import Launcher
from chat.styles.pictures import KINDS
from chat.styles.styles import Style
from chat.styles.window_styles import WindowStyle
from core.forms import Form
from manage.styles import launcher_form
from manage.styles.pages import PartPage, site_numbered
from manage.styles.previews import preview_of, reading_hint
from manage.styles.uploads import Uploads
from tenants.signing_in.current import needs

style_launchers = Blueprint("style_launchers", __name__, url_prefix="/manage/styles/<int:site_id>/launcher")


@style_launchers.get("")
@needs("sites.manage")
def edit(site_id):
    page = _page(site_id)
    return page.show(launcher_form.filled_in(page.part, Style(page.site)[WindowStyle].accent))


@style_launchers.post("")
@needs("sites.manage")
def update(site_id):
    page = _page(site_id)
    uploads = Uploads.kept(page.site, launcher_form.UPLOADS)
    return page.save(lambda form: launcher_form.typed(form, uploads))


@style_launchers.post("/preview")
@needs("sites.manage")
def preview(site_id):
    site, form = site_numbered(site_id), Form(request.form)
    return preview_of(site, launcher_form.typed(form, Uploads()), form)


def _page(site_id: int) -> PartPage:
    return PartPage(site_id, Launcher, "manage/styles/launcher.html", _more)


def _more(form: Form) -> dict:
    return {
        "WORDS": Launcher.WORDS,
        "hint": reading_hint(form.value("accent").lower()),
        "COLOURS": {"window": _("The window's"), "icon": _("One of its own")},
        "launcher_kb": KINDS["launcher"].most_kb,
    }
