"""Whether this process answers (/health/live), and whether it can serve (/health/ready), for whoever supervises it.

Both say yes or no to everybody; what is missing is told to who shows METRICS_TOKEN.
"""

import hmac
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, current_app, jsonify, request
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from core.db import PLATFORM, db
from core.faults import told
from core.redis import redis

PROBED = ("/health/live", "/health/ready", "/metrics", "/ping")
_REVISION = re.compile(r'^revision = "(.+)"$', re.MULTILINE)


class NotReady(Exception):
    """What is missing, in English: it is read by operators and machines."""


def install(app: Flask) -> None:
    app.add_url_rule("/health/live", "health.live", live)
    app.add_url_rule("/health/ready", "health.ready", ready)
    app.wsgi_app = by_any_name(app.wsgi_app, urlsplit(app.config["PUBLIC_URL"]).netloc)


def by_any_name(wsgi_app: Callable, name: str) -> Callable:
    """Probes call a process by its address, which is none of the host names that pages answer to."""

    def answer(environ, start_response):
        if environ.get("PATH_INFO") in PROBED:
            environ["HTTP_HOST"] = name
        return wsgi_app(environ, start_response)

    return answer


def live():
    return jsonify(ok=True)


def ready():
    problems = {name: problem for name, look in CHECKS.items() if (problem := _problem(look))}
    said = {"ok": not problems}
    if shows_token():
        said["checks"] = {name: problems.get(name, "ok") for name in CHECKS}
    return jsonify(said), 503 if problems else 200


def shows_token() -> bool:
    """Whether whoever asks has METRICS_TOKEN; where none is set, nobody has."""
    token = current_app.config["METRICS_TOKEN"]
    scheme, _space, shown = request.headers.get("Authorization", "").partition(" ")
    return bool(token) and scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), token.encode())


def check_database() -> None:
    with db.engines[PLATFORM].begin() as connection:
        connection.execute(sa.select(1))


def check_redis() -> None:
    redis().ping()


def check_migrations() -> None:
    """Older tables than this release needs.  Newer ones are fine: releases follow the migrations."""
    with db.engines[PLATFORM].begin() as connection:
        found = connection.scalar(sa.text("SELECT version_num FROM platform.alembic_version"))
    wanted = newest_revision(current_app.config["ROOT"] / "migrations" / "platform" / "versions")
    if found is None or found < wanted:
        raise NotReady(f"the platform is on revision {found}, this release needs {wanted}: run `migrate platform`")


CHECKS = {"database": check_database, "redis": check_redis, "migrations": check_migrations}


@lru_cache
def newest_revision(folder: Path) -> str:
    """They sort by their names.  Read from the files: Alembic itself is for who migrates."""
    return max(_REVISION.search(path.read_text())[1] for path in folder.glob("*.py"))


def _problem(look: Callable[[], None]) -> str:
    try:
        look()
    except NotReady as missing:
        return str(missing)
    except (SQLAlchemyError, RedisError) as error:
        return told(error)
    return ""
