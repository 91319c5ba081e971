"""Puts the company of whoever signed in in force for the length of a request; notes which operator is asking in the portal."""

from contextlib import ExitStack

from flask import Flask, g, request

from core.db import transaction
from operators import current as operators
from operators.sessions import OperatorSession
from tenants.company import Company
from tenants.current import cookie_name
from tenants.networks import AllowList
from tenants.sessions import Session

# Only these doors read the cookie.  The widget's never does: an agent's cookie says nothing about a visitor.
DOORS = {"console", "manage"}


def install(app: Flask) -> None:
    app.before_request(enter)
    app.teardown_request(leave)
    app.jinja_env.globals["current_session"] = lambda: g.get("session")


def enter() -> None:
    g.entered = ExitStack()
    door = (request.blueprint or "").partition(".")[0]
    if door in DOORS:
        enter_by_cookie(g.entered, request.cookies.get(cookie_name()))
    elif door == "admin_portal":
        recognise_operator(request.cookies.get(operators.cookie_name()))


def recognise_operator(cookie: str | None) -> None:
    """Note in `g` whose session a cookie of the portal opens."""
    with transaction():
        g.operator_session = OperatorSession.of_token(cookie) if cookie else None
        if g.operator_session is not None:
            g.operator_session.used()


def leave(error: BaseException | None = None) -> None:
    g.pop("entered", ExitStack()).close()


def enter_by_cookie(stack: ExitStack, cookie: str | None) -> Session | None:
    """Enter the company a session cookie belongs to and note who it is in `g`.  Does nothing for a cookie that opens nothing."""
    with transaction():
        found = Company.of_token(cookie)
    if found is None:
        return None
    company, secret = found
    g.company = stack.enter_context(company.entered())
    with transaction():
        g.session = Session.of_token(secret)
        # From a network that is not allowed nobody is signed in: at the next try he is told why.
        if g.session is not None and not AllowList.current().lets_in(request.remote_addr or ""):
            g.session = None
        if g.session is not None:
            g.session.used()
    return g.session
