"""Signing in to the portal: finding who it is without telling strangers anything, and the cookie afterwards."""

import time

from flask import flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from core import cookies
from core.db import lock, transaction
from core.devices import device_name
from core.errors import Refusal
from core.limits import count_try
from core.pages import local_path, network
from core.realtime import green
from core.tokens import new_token
from core.waits import forget_turns, take_turn
from operators.audit import note
from operators.current import SESSION_COOKIE
from operators.mails import tell
from operators.operator import Operator
from operators.second_factors import OperatorRecoveryCode
from operators.sessions import OperatorSession
from tenants.signing_in import passwords

ANSWERING_TAKES = 0.4
PER_NETWORK = "60 per 10 minutes"
# So many wrong passwords in a row are told the operator by mail.
MANY_TRIES = 10
FEW_LEFT = 3
# It outlives sessions: who signs in with it again is no stranger.
BROWSER_COOKIE = "laike-operator-browser"
BROWSER_SECONDS = 400 * 24 * 3600


class WrongOperatorSignIn(Refusal):
    code = "wrong_sign_in"
    message = _l("That does not match. Check the e-mail address and the password.")
    status = 422


def find_operator(email: str, password: str) -> Operator:
    """Who has this address and password.  Raises WrongOperatorSignIn, TooManyTries; each wrong try makes the next wait longer."""
    count_try(PER_NETWORK, "operator sign-in", network())
    tries = take_turn("operator sign-in", email, network())
    began = time.monotonic()
    with transaction():
        operator = Operator.known_as(email)
        may_come = operator is not None and operator.is_active and operator.has_joined
        # As much work for who does not exist as for who does.
        is_right = passwords.matches(operator.password_hash if may_come else None, password)
        if operator is not None and not is_right:
            _note_refusal(operator, tries)
    if not is_right:
        green.sleep(max(0.0, ANSWERING_TAKES - (time.monotonic() - began)))
        raise WrongOperatorSignIn
    forget_turns("operator sign-in", email, network())
    return operator


def let_in(operator: Operator, next_page: str, method: str) -> Response:
    """The answer that lets in who has just shown a second factor, by "code", "recovery_code" or "passkey".

    Raises WrongOperatorSignIn for who may no longer come in.
    """
    cookie = sign_in(operator, method)
    if method == "recovery_code":
        _warn_of_few(OperatorRecoveryCode.left(operator))
    return keep_cookie(redirect(local_path(next_page, url_for("admin_portal.companies.index"))), cookie)


def sign_in(operator: Operator, method: str) -> str:
    """Open a session with a new token; gives the cookie's value.  Raises WrongOperatorSignIn."""
    sign_out()
    with transaction():
        # Who is disabled at this moment either finds this session and ends it, or is refused here.
        lock(operator)
        if not (operator.is_active and operator.has_joined):
            raise WrongOperatorSignIn
        is_new = not OperatorSession.knows(operator, browser_token())
        _, token = OperatorSession.open(operator, **_where(), browser=browser_token())
        note("operator.signed_in", operator, method=method)
        if is_new:
            tell(operator, "new_device", ip=_where()["ip"], device=device_name(_where()["device"]).text)
    return token


def sign_out() -> None:
    """End the session the request came with, if any, and what its forms were signed with."""
    session.clear()
    if g.get("operator_session") is not None:
        with transaction():
            g.operator_session.end()
        g.operator_session = None


def keep_cookie(response: Response, cookie: str) -> Response:
    """Until the browser is closed, if the session does not end sooner."""
    cookies.keep(response, SESSION_COOKIE, cookie, samesite="Strict")
    cookies.keep(response, BROWSER_COOKIE, browser_token(), BROWSER_SECONDS, samesite="Strict")
    return response


def drop_cookie(response: Response) -> Response:
    cookies.drop(response, SESSION_COOKIE, samesite="Strict")
    return response


def browser_token() -> str:
    """What the browser is known by: what its cookie says, or a new one that it gets with this answer."""
    return cookies.kept(BROWSER_COOKIE)[:100] or request.environ.setdefault("laike.browser_token", new_token())


def _warn_of_few(left: int) -> None:
    if left <= FEW_LEFT:
        flash(_("%(count)s recovery codes are left. Make new ones under “My security”.", count=left), "warning")


def _note_refusal(operator: Operator, tries: int) -> None:
    note("operator.refused", operator, method="password")
    if tries == MANY_TRIES:
        tell(operator, "many_tries", tries=tries, ip=request.remote_addr or "")


def _where() -> dict:
    return {"ip": request.remote_addr or "", "device": request.user_agent.string}
