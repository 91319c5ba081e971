"""Flask-SocketIO on eventlet that tells agents of each visitor's steps as its documentation shows it: one event for each step,

emitted to a room: list_server.py '{"port"}'.  Nothing is stored and nobody is looked up; only the limits on sockets are lifted.
"""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import sys  # noqa: E402

from eventlet import wsgi  # noqa: E402
from flask import Flask, session  # noqa: E402
from flask_socketio import SocketIO, emit, join_room  # noqa: E402

settings = json.loads(sys.argv[1])
app = Flask("stock")
app.secret_key = "only for the bench"
socketio = SocketIO(app, async_mode="eventlet", cors_allowed_origins="*", transports=["websocket"])


@socketio.on("connect")
def connected(auth):
    if auth["kind"] == "agent":
        join_room("agents")
        return
    session["visitor"] = auth["visitor"]
    emit("visitor_arrived", {"visitor": auth["visitor"]}, to="agents")


@socketio.on("view_page")
def view_page(page):
    emit("visitor_moved", {"visitor_id": session["visitor"]["id"], "page": page}, to="agents")
    return {"ok": True}


@socketio.on("disconnect")
def disconnected(reason=None):
    if "visitor" in session:
        emit("visitor_left", {"visitor_id": session["visitor"]["id"]}, to="agents")


wsgi.server(eventlet.listen(("127.0.0.1", settings["port"]), backlog=4096), app, max_size=20_000, log_output=False)
