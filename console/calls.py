"""The console's door over plain HTTP, for networks that block websockets."""

from flask import Blueprint, jsonify, request
from flask_babel import get_locale

from console.agent import Agent
from console.events import console_door
from core.errors import BadRequest
from tenants.companies.company import current_company
from tenants.signing_in.current import current_session

calls = Blueprint("calls", __name__)


@calls.post("/call")
def create():
    """One event and its answer, refusals included: {"event": "sync", "data": {…}}."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise BadRequest
    agent = Agent.of(current_session(), current_company(), str(get_locale()))
    return jsonify(console_door.call(agent, asked.get("event"), asked.get("data")))
