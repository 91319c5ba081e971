"""Redis: presence, seats, limits, hints.  Everything in it may be lost at any moment without a promise being broken."""

from flask import Flask, current_app
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

QUEUE = "laike"


def install(app: Flask) -> None:
    """Connect lazily; JSON instead of pickle, so that whoever reaches Redis cannot run code in a worker."""
    connection = Redis.from_url(app.config["REDIS_URL"], socket_timeout=2, socket_connect_timeout=1)
    app.extensions["redis"] = connection
    app.extensions["queue"] = Queue(QUEUE, connection=connection, serializer=JSONSerializer)


def redis() -> Redis:
    """The connection of the running app."""
    return current_app.extensions["redis"]


def queue() -> Queue:
    """Where hints to the workers go."""
    return current_app.extensions["queue"]
