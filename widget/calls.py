"""The widget's door over plain HTTP, for networks that block websockets."""

from flask import Blueprint, jsonify, request
from redis.exceptions import RedisError

import widget.invitations  # noqa: F401  Invitations are answered at the same door.
from chat.visitors.presence import keep_visitors
from core.errors import BadRequest
from widget.events import widget_door
from widget.guest import Guest, guest_from

calls = Blueprint("calls", __name__)


@calls.post("/w/<site_key>/call")
def create(site_key: str):
    """One event and its answer, refusals included: {"event": "sync", "data": {…}}.

    A newcomer asks for his `state` first: its answer brings the token that all else needs.
    """
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise BadRequest
    guest = guest_of(site_key, admits_newcomers=asked.get("event") == "state")
    _keep(guest)
    return jsonify(widget_door.call(guest, asked.get("event"), asked.get("data")))


def guest_of(site_key: str, admits_newcomers: bool = False) -> Guest:
    """The visitor of the request's headers.  Raises FrameExpired."""
    headers = request.headers
    auth = {
        "site": site_key,
        "token": headers.get("X-Visitor"),
        "frame": headers.get("X-Frame"),
        "identity": headers.get("X-Identity"),
        "language": headers.get("X-Language") or request.accept_languages.best or "",
    }
    return guest_from(request, auth, admits_newcomers)


def _keep(guest: Guest) -> None:
    try:
        keep_visitors(guest.company_id, [guest.id])
    except RedisError:
        return
