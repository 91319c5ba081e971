"""Puts the company of whoever signed in in force for the length of a request; notes which operator is asking in the portal."""

from contextlib import ExitStack

from flask import Flask, g, request

from core.db import going_on, refused_to_write, transaction
from operators import current as operators
from operators.sessions import OperatorSession
from saas import standstill, support_visits
from tenants.companies.company import Company
from tenants.platform.load_limits import take_request
from tenants.platform.maintenance import need_writing
from tenants.signing_in.current import cookie_name
from tenants.signing_in.networks import AllowList
from tenants.signing_in.sessions import Session

# Only these doors read the cookie.  The widget's never does: an agent's cookie says nothing about a visitor.
DOORS = {"console", "manage"}
# An open page of the portal that shows the newest by itself says so: it must not keep a session alive.
REFRESHES = "X-Refresh"
READING = {"GET", "HEAD", "OPTIONS"}


def install(app: Flask) -> None:
    app.before_request(enter)
    app.teardown_request(leave)
    app.jinja_env.globals["current_session"] = lambda: g.get("session")


def enter() -> None:
    g.entered = ExitStack()
    door = (request.blueprint or "").partition(".")[0]
    if standstill.goes_on(request.endpoint):
        g.entered.enter_context(going_on())
    if support_visits.is_visited():
        support_visits.enter(g.entered)
    elif door in DOORS:
        enter_by_cookie(g.entered, request.cookies.get(cookie_name()))
    elif door == "admin_portal":
        recognise_operator(request.cookies.get(operators.cookie_name()))
    if door in DOORS and not standstill.is_decided_later(request.endpoint):
        refuse_writing()
    if door == "manage" and request.method not in READING and not standstill.goes_on(request.endpoint):
        need_writing()


def refuse_writing() -> None:
    """Not even a form that writes beside the company's own tables goes through at a standstill.  Raises CompanySuspended."""
    refusal = None if request.method in READING else refused_to_write()
    if refusal is not None:
        raise refusal


def recognise_operator(cookie: str | None) -> None:
    """Note in `g` whose session a cookie of the portal opens."""
    with transaction():
        g.operator_session = OperatorSession.of_token(cookie) if cookie else None
        if g.operator_session is not None and not request.headers.get(REFRESHES):
            g.operator_session.used()


def leave(error: BaseException | None = None) -> None:
    g.pop("entered", ExitStack()).close()


def enter_by_cookie(stack: ExitStack, cookie: str | None) -> Session | None:
    """Enter the company a session cookie belongs to and note who it is in `g`.  Does nothing for a cookie that opens nothing.

    Raises OverLimit.
    """
    with transaction():
        found = Company.of_token(cookie)
    if found is None:
        return None
    company, secret = found
    take_request(company.id)
    g.company = stack.enter_context(company.entered())
    with going_on(), transaction():
        g.session = Session.of_token(secret)
        # From a network that is not allowed nobody is signed in: at the next try he is told why.
        if g.session is not None and not AllowList.current().lets_in(request.remote_addr or ""):
            g.session = None
        if g.session is not None and not company.moving_at:
            g.session.used()
    return g.session
