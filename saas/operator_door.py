"""Where the operators' portal is: at a host of its own if it has one, and only for the networks that are let in.

To everybody else it is not there: the answer is that of any address that means nothing.
"""

import logging
from urllib.parse import urlsplit

from flask import Flask, current_app, request, url_for

from core.errors import NotFound
from core.networks import is_within

log = logging.getLogger(__name__)

DOOR = "admin_portal"
# What the portal's pages need besides themselves, and who watches over the process.
WITH_THE_PORTAL = ("asset", "home", "operator_code", "ping", "health.live", "health.ready", "metrics")


def install(app: Flask) -> None:
    app.before_request(guard)
    app.jinja_env.globals["of_this_door"] = of_this_door


def guard() -> None:
    """Raises NotFound for a page that is not at this host, or not for this network."""
    if has_host_of_its_own() and not _is_answered_here():
        raise NotFound
    if is_portal() and not is_within(request.remote_addr or "", current_app.config["OPERATOR_NETWORKS"]):
        log.warning("operators' portal asked for from outside ip=%s", request.remote_addr)
        raise NotFound


def has_host_of_its_own() -> bool:
    return _host_of("OPERATOR_URL") != _host_of("PUBLIC_URL")


def is_at_its_host() -> bool:
    return urlsplit(request.host_url).hostname == _host_of("OPERATOR_URL")


def is_portal() -> bool:
    """Whether a page of the portal was asked for."""
    return (request.endpoint or "").startswith(f"{DOOR}.")


def of_this_door(endpoint: str) -> str:
    """The address of what every door has, such as "preferences.update"."""
    in_portal = bool(request) and (is_portal() or (has_host_of_its_own() and is_at_its_host()))
    return url_for(f"{DOOR if in_portal else 'manage'}.{endpoint}")


def _is_answered_here() -> bool:
    return is_portal() or request.endpoint in WITH_THE_PORTAL if is_at_its_host() else not is_portal()


def _host_of(setting: str) -> str:
    return urlsplit(current_app.config[setting]).hostname
