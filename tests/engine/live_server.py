"""A live process with the engine and nothing else: `python -m engine.live_server '{"port": …}'`.

Who calls is believed: the browser's auth says company, kind and id.  The real doors have their own tests.
"""

from core.realtime import green

green.patch()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

from flask import Flask  # noqa: E402
from flask_babel import Babel  # noqa: E402

from chat import live  # noqa: E402
from chat.conversations.rooms import agents_room, member_room, visitor_room  # noqa: E402
from core import db as database  # noqa: E402
from core.db import Place, db  # noqa: E402
from core.errors import NotSignedIn  # noqa: E402
from core.realtime import listening, pushes, server  # noqa: E402
from core.realtime.caller import Caller  # noqa: E402
from core.realtime.door import Door  # noqa: E402
from core.realtime.sessions import watch_sessions  # noqa: E402
from core.realtime.switchboard import EVERYWHERE, Switchboard  # noqa: E402

settings = json.loads(sys.argv[1])
ended: set[int] = set()


def caller_from(request, auth: dict) -> Caller:
    if "company" not in auth:
        raise NotSignedIn
    company, kind, number = auth["company"], auth["kind"], auth["id"]
    room = visitor_room(company, number) if kind == "visitor" else member_room(company, number)
    rooms = {room} | ({agents_room(company)} if kind == "member" else set())
    place = Place(f"t_{900_000 + company}")
    name, session = auth.get("name", kind.title()), auth.get("session")
    return Caller(
        company_id=company, place=place, kind=kind, id=number, name=name, rooms=rooms, session_id=session, shows_typing=True
    )


def make_door(name: str) -> Door:
    door = Door(name, caller=caller_from)

    @door.on("sync")
    def sync(caller, request):
        query = (
            "SELECT seq, client_id::text, body FROM message WHERE conversation_id = :id AND seq > :after ORDER BY seq LIMIT 500"
        )
        found = db.session.execute(db.text(query), {"id": request["conversation_id"], "after": request["after"]})
        return {"messages": [list(row) for row in found]}

    @door.on("echo")
    def echo(caller, request):
        return {"heard": request}

    @door.on("break")
    def break_(caller, request):
        raise RuntimeError("a bug")

    @door.on("compute")
    def compute(caller, request):
        deadline = time.monotonic() + 2.5
        while time.monotonic() < deadline:
            pass

    @door.on("end_session")
    def end_session(caller, request):
        ended.add(request["session_id"])

    @door.arrival
    def welcome(caller, line):
        line.push("welcome", {"name": caller.name})

    return door


def main() -> None:
    app = Flask("engine")
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings["database"].replace("postgresql://", "postgresql+psycopg://"),
        SQLALCHEMY_BINDS={database.PLATFORM: settings["database"].replace("postgresql://", "postgresql+psycopg://")},
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(),
        REDIS_URL=settings["redis"],
        LIVE_FAST=settings["fast"],
        LIVE_PING_SECONDS=settings.get("ping", 20),
        LIVE_FRAMES_OF_A_SOCKET=settings.get("frame_limit", (50, 400)),
        MESSAGES_OF_A_CALLER=settings.get("caller_limit", (2, 20)),
        MESSAGES_OF_A_COMPANY=settings.get("company_limit", (500, 2000)),
    )
    Babel(app)
    database.install(app)
    pushes.install(app)
    app.add_url_rule("/ping", view_func=lambda: "pong")
    switchboard = Switchboard(app)
    widget, console = make_door("widget"), make_door("console")
    switchboard.open(widget, "/live/widget", origins=EVERYWHERE)
    switchboard.open(console, "/live/console", origins=["http://localhost:8000"])
    live.answer_on_sockets(switchboard, widget, console)
    watch_sessions(switchboard, lambda open_here: {place: ids & ended for place, ids in open_here.items()})
    listening.HEADER_SECONDS = settings.get("header", listening.HEADER_SECONDS)
    server.serve(app, "127.0.0.1", settings["port"], live=True)


if __name__ == "__main__":
    main()
