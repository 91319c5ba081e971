"""Flask-SocketIO on eventlet with psycopg, as its documentation shows it: flask_server.py '{"port", "database", "statement"}'

Only what a load test needs is not stock: websockets alone, and limits that let 2,000 sockets in (socketio.run stops at
1,024).  `wait_select` is the one way in which psycopg waits without blocking everybody else.
"""

import os

import eventlet

eventlet.monkey_patch()
os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"

import json  # noqa: E402
import sys  # noqa: E402
from queue import Queue  # noqa: E402

import psycopg  # noqa: E402
from eventlet import wsgi  # noqa: E402
from flask import Flask, session  # noqa: E402
from flask_socketio import SocketIO, emit, join_room  # noqa: E402

settings = json.loads(sys.argv[1])
app = Flask("stock")
app.secret_key = "only for the bench"
socketio = SocketIO(app, async_mode="eventlet", cors_allowed_origins="*", transports=["websocket"])
connections = Queue()


@socketio.on("connect")
def connected(auth):
    session["author"] = {"kind": auth["kind"], "id": auth["id"], "name": auth["name"]}
    for conversation in auth["conversations"]:
        join_room(f"conversation:{conversation}")


@socketio.on("post_message")
def post_message(request):
    author, conversation_id = session["author"], request["conversation_id"]
    values = [conversation_id, request["client_id"], author["kind"], author["id"], author["name"], request["text"]]
    connection = connections.get()
    try:
        message_id, seq, at = psycopg.RawCursor(connection).execute(settings["statement"], values).fetchone()
    finally:
        connections.put(connection)
    posted = {"seq": seq, "message_id": message_id, "at": at.isoformat()}
    message = {**request, **posted, "author": author, "file": None}
    emit("message_posted", message, to=f"conversation:{conversation_id}", include_self=False)
    return {"ok": True, **posted}


for _ in range(10):
    connections.put(psycopg.connect(settings["database"], autocommit=True, prepare_threshold=0))
wsgi.server(eventlet.listen(("127.0.0.1", settings["port"]), backlog=4096), app, max_size=20_000, log_output=False)
