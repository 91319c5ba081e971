"""Who is asking, during a request of somebody who signed in."""

from collections.abc import Callable
from functools import wraps

from flask import g

from core.cookies import private_name
from core.errors import NotSignedIn
from tenants.people.members import Member
from tenants.signing_in.sessions import Session

SESSION_COOKIE = "laike"


def cookie_name() -> str:
    """The session cookie's name, as browsers send it."""
    return private_name(SESSION_COOKIE)


def current_session() -> Session:
    """The session the request came with.  Raises NotSignedIn."""
    session = g.get("session")
    if session is None:
        raise NotSignedIn
    return session


def current_member() -> Member:
    """The member who is asking.  Raises NotSignedIn."""
    return current_session().member


def needs(permission: str) -> Callable:
    """A view only for members with this permission."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args, **kwargs):
            current_member().need(permission)
            return view(*args, **kwargs)

        guarded.permission = permission
        return guarded

    return decorate
