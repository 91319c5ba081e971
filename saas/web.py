"""Starts a web process in one of its two roles."""

from flask import Flask

import console.upkeep
import widget.standing
import widget.upkeep
from chat.live import answer_on_sockets, answer_without_sockets
from console.events import console_door
from core import brief
from core.realtime.server import serve
from core.realtime.sessions import watch_sessions
from core.realtime.switchboard import EVERYWHERE, Switchboard
from saas.app import create_app
from saas.pulse import Pulse
from tenants.companies.safety import refuse_unsafe
from tenants.signing_in.callers import ended_sessions, watch_companies
from widget.events import widget_door

DOORS = widget_door, console_door


def run(role: str, host: str, port: int) -> None:
    """Serve until told to stop.  `role` is "pages" or "live"."""
    app = create_app()
    refuse_unsafe(app)
    if role == "live":
        connect(app)
    else:
        answer_without_sockets(app, *DOORS)
    serve(app, host, port, live=role == "live", companion=Pulse(app, role, port))


def connect(app: Flask) -> Switchboard:
    """Open the doors' sockets: the widget's to any site, with tokens only; the console's to our own pages, with the cookie."""
    switchboard = Switchboard(app)
    switchboard.open(widget_door, "/live/widget", EVERYWHERE)
    switchboard.open(console_door, "/live/console", [app.config["PUBLIC_URL"]])
    answer_on_sockets(switchboard, *DOORS)
    switchboard.hear(brief.ROOM, brief.ear(app))
    watch_companies(switchboard)
    watch_sessions(switchboard, ended_sessions)
    console.upkeep.install(switchboard)
    widget.upkeep.install(switchboard)
    widget.standing.install(switchboard)
    return switchboard
