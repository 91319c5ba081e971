"""Cookies that no script has to read, and no neighbour under the same domain can set (ASVS 3.3)."""

from flask import current_app, request
from werkzeug.wrappers import Response


def kept(name: str) -> str:
    """What the browser sends along under this name; "" for nothing."""
    return request.cookies.get(private_name(name), "")


def keep(response: Response, name: str, value: str, seconds: int | None = None, samesite: str = "Lax") -> None:
    """Have the browser send it along: for so long, or until it is closed."""
    response.set_cookie(private_name(name), value, max_age=seconds, **_bounds(samesite))


def drop(response: Response, name: str, samesite: str = "Lax") -> None:
    response.delete_cookie(private_name(name), **_bounds(samesite))


def private_name(name: str) -> str:
    """`__Host-` binds a cookie to this host and to HTTPS; browsers refuse that on plain HTTP."""
    return f"__Host-{name}" if current_app.config["SESSION_COOKIE_SECURE"] else name


def _bounds(samesite: str) -> dict:
    return {"secure": current_app.config["SESSION_COOKIE_SECURE"], "httponly": True, "samesite": samesite, "path": "/"}
