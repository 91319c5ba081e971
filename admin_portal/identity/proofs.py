"""Showing the second factor again, before something dangerous (ASVS 7.5.3); then what was asked for goes on.

The page that asks carries the fields of the form that was sent, and sends them to where it was sent, with the proof beside
them: nothing that was typed is lost, and nothing leads anywhere else.
"""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for

from admin_portal.identity.passkey_sign_ins import passkey_options, proved_by_passkey
from admin_portal.identity.second_steps import proved_by_code
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.pages import local_path
from core.passkeys import PasskeyRefused
from operators.audit import note
from operators.current import ProofWanted, current_operator, current_operator_session, needs
from operators.second_factors import OperatorPasskey

proofs = Blueprint("proofs", __name__, url_prefix="/proof")

CODE, KEY = "proof_code", "proof_credential"
# Made anew on each page, and what is never printed back.
_LEFT_OUT = ("csrf_token", CODE, KEY)


@proofs.get("")
@needs("")
def new():
    return _page(Form(), url_for(".create"), {"next": request.args.get("next", "")})


@proofs.post("")
@needs("")
def create():
    """For a page that is only looked at: it is asked for once more."""
    form = Form(request.form)
    if refused := _refused(form, url_for(".create")):
        return refused
    return redirect(local_path(form.value("next"), url_for("admin_portal.companies.index")))


@proofs.post("/options")
@needs("")
def prepare():
    """For the browser, as JSON: what one of his keys is to sign."""
    return passkey_options(current_operator())


def ask(refusal: ProofWanted):
    """The answer to what wants the proof first."""
    if request.method == "GET":
        return redirect(url_for("admin_portal.proofs.new", next=_here()))
    if request.headers.get("HX-Request"):
        # A part of a page was asked for: the whole page has to go, and comes back.
        return "", refusal.status, {"HX-Redirect": url_for("admin_portal.proofs.new", next=_page_of_htmx())}
    return _page(Form(request.form), _here(), None), refusal.status


def accept():
    """Before each view: a proof that was sent along counts, or is asked for again."""
    form = Form(request.form)
    if (
        request.method != "POST"
        or request.endpoint == "admin_portal.proofs.create"
        or not (form.value(CODE) or form.value(KEY))
    ):
        return None
    return _refused(form, _here())


def _refused(form: Form, action: str):
    """The page that asks again, unless the proof in the form is right.  A code opens once: so the form is sent on once."""
    current_operator()
    try:
        if form.value(KEY):
            _prove_by_passkey(form.value(KEY))
        else:
            proved_by_code(current_operator(), form, CODE, "operator.not_proved")
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form, action, None), refusal.status
    with transaction():
        current_operator_session().proved()
        note("operator.proved", current_operator())
    return None


def _prove_by_passkey(credential: str) -> None:
    try:
        if proved_by_passkey(credential).id != current_operator().id:
            raise PasskeyRefused
    except PasskeyRefused:
        with transaction():
            note("operator.not_proved", current_operator(), method="passkey")
        raise


def _page(form: Form, action: str, fields: dict | None) -> str:
    return render_template(
        "admin_portal/identity/proof.html",
        form=form,
        action=action,
        fields=list(fields.items()) if fields is not None else _carried(),
        files=[name for name, file in request.files.items(multi=True) if file.filename],
        has_passkeys=bool(OperatorPasskey.of(current_operator())),
    )


def _carried() -> list[tuple[str, str]]:
    sent = request.form.items(multi=True)
    return [(name, value) for name, value in sent if name not in _LEFT_OUT and "password" not in name]


def _here() -> str:
    return request.full_path.rstrip("?")


def _page_of_htmx() -> str:
    """The path of the page that asked for a part of itself."""
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    return current.path + (f"?{current.query}" if current.query else "")
