"""Logs: one line a fact, with ids, never with secrets or what people write."""

import logging

from flask import Flask


def install(app: Flask) -> None:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=app.config["LOG_LEVEL"])
    for chatty in ("engineio", "socketio", "alembic", "rq", "stripe"):
        logging.getLogger(chatty).setLevel("WARNING")
