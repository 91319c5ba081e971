"""What a site's visitors are asked, before the chat and when they leave a message, and where messages go (W-24, W-25, L-10, L-11)."""

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from chat.offline.forwarding import ForwardingAddress
from chat.registration.form_builder import FormBuilder
from chat.registration.registration import FLAG, SYSTEMS, Registration
from chat.styles.form_fields import KINDS, KNOWN
from chat.styles.links import with_scheme
from chat.styles.prompts import Prompts
from chat.styles.styles import Style
from core.forms import Form
from core.text import is_email, tidy, tidy_email
from manage.styles.pages import PartPage, site_numbered
from tenants.companies.company import current_company
from tenants.signing_in.current import needs

style_registration = Blueprint("style_registration", __name__, url_prefix="/manage/styles/<int:site_id>/registration")

PAGE = "manage/styles/registration.html"
# What htmx asks to have drawn anew, by the place it goes to.
PIECES = {"form-fields": "manage/styles/_form_fields.html", "form-sample": "manage/styles/_form_sample.html"}


@style_registration.get("")
@needs("sites.manage")
def edit(site_id):
    part = Style(site_numbered(site_id))[Registration]
    typed = {name: getattr(part, name) for name in ("system", "tracker", "board_url")}
    return _page(site_id, FormBuilder(part.fields)).show(Form(typed | {"before_chat": "yes" if part.before_chat else ""}))


@style_registration.post("")
@needs("sites.manage")
def update(site_id):
    page = _page(site_id, FormBuilder.typed(request.form))
    return page.save(lambda form: _typed(form, page))


@style_registration.post("/fields")
@needs("sites.manage")
def build(site_id):
    """The page with one field more or less, or moved: nothing is kept until it is saved.  With htmx, the changed piece."""
    page = _page(site_id, FormBuilder.typed(request.form).step(request.form))
    piece = PIECES.get(request.headers.get("HX-Target", ""))
    page.seen = Form(request.form).id("seen")
    if piece:
        form = Form(request.form)
        return render_template(piece, form=form, site=page.site, **page.more(form))
    return page.show(Form(request.form))


def _typed(form: Form, page: PartPage) -> Registration:
    """Without the right to it, whether the chat is asked for first stays as it was set."""
    system = form.choice("system", SYSTEMS, otherwise="board")
    part = Registration(
        before_chat=form.yes("before_chat") if _may_ask_first() else page.part.before_chat,
        fields=FormBuilder.typed(form.typed).fields,
        system=system,
        tracker=tidy_email(form.typed.get("tracker")) if system == "tracker" else "",
        board_url=with_scheme(tidy(form.typed.get("board_url"), 2000)) if system == "own" else "",
    )
    if is_email(part.tracker):
        ForwardingAddress.ask(part.tracker, again=form.yes("ask_again"))
    return part


def _page(site_id: int, builder: FormBuilder) -> PartPage:
    return PartPage(site_id, Registration, PAGE, more=lambda form: _shown(site_id, form, builder))


def _shown(site_id: int, form: Form, builder: FormBuilder) -> dict:
    tracker = ForwardingAddress.called(tidy_email(form.value("tracker")))
    return {
        "builder": builder,
        "options": _options(form.typed),
        "texts": Style(site_numbered(site_id)).in_force(Prompts),
        "may_ask_first": _may_ask_first(),
        "tracker": tracker,
        "KNOWN": KNOWN,
        "KINDS": KINDS,
        "SYSTEMS": SYSTEMS,
    }


def _options(typed: MultiDict) -> dict[str, str]:
    """What was typed as choices, by field: empty lines are no choices yet, and stay where they are while one is typing."""
    return dict(zip(typed.getlist("key"), typed.getlist("options"), strict=False))


def _may_ask_first() -> bool:
    return FLAG in current_company().entitlements.flags
