"""Refusals and bugs, turned into a page or JSON once."""

import logging

from flask import Flask, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from admin_portal.identity import proofs
from core.errors import NotFound, NotSignedIn, Refusal
from operators.current import OperatorNotSignedIn, ProofWanted
from saas.operator_door import is_portal
from tenants.people.duties import DutyFirst

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, form_too_old)
    app.register_error_handler(SecurityError, forged_host)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, bug)


def refused(refusal: Refusal):
    if isinstance(refusal, NotSignedIn) and not _wants_json():
        door = "admin_portal" if isinstance(refusal, OperatorNotSignedIn) else "manage"
        return app_sign_in(f"{door}.sign_ins.new")
    if isinstance(refusal, ProofWanted) and not _wants_json():
        return proofs.ask(refusal)
    if isinstance(refusal, DutyFirst) and not _wants_json():
        return redirect(url_for("manage.duties.show"))
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after is not None else {}
    return *_answer(refusal.status, str(refusal), refusal.as_dict()), headers


def form_too_old(error: CSRFError):
    text = _("This page was open for too long. Reload it and send the form again.")
    return _answer(400, text, {"code": "form_too_old", "message": text})


def forged_host(error: SecurityError):
    """A host that is not ours has no pages, so this cannot be one: an address in it would lead there."""
    return _("There is nothing here."), 400, {"Content-Type": "text/plain; charset=utf-8"}


def http_error(error: HTTPException):
    if error.response is not None or error.code is None or error.code < 400:
        return error
    text = str(NotFound()) if error.code == 404 else error.description
    return _answer(error.code, text, {"code": error.name.lower().replace(" ", "_"), "message": text})


def bug(error: Exception):
    log.exception("bug request_id=%s path=%s", g.get("request_id"), request.path)
    text = _("Something went wrong on our side. We have noted it under the number %(id)s.", id=g.get("request_id"))
    return _answer(500, text, {"code": "internal", "message": text})


def app_sign_in(endpoint: str):
    if request.headers.get("HX-Request"):
        # A part of a page was asked for: the whole page has to go.
        return "", 401, {"HX-Redirect": url_for(endpoint)}
    return redirect(url_for(endpoint, next=request.full_path.rstrip("?") if request.method == "GET" else None))


def _answer(status: int, text: str, error: dict):
    if _wants_json():
        return jsonify(ok=False, error=error), status
    # Who is signed in to the portal stays in its frame, unless that may be what is broken.
    in_frame = is_portal() and g.get("operator_session") is not None and status != 500
    return render_template("admin_portal/error.html" if in_frame else "error.html", status=status, text=text), status


def _wants_json() -> bool:
    accepts = request.accept_mimetypes
    return request.is_json or accepts["application/json"] > accepts["text/html"]
