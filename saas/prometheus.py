"""What Prometheus reads at /metrics: this process's own figures, and those of the platform as the schedule last measured them.

Only for who shows METRICS_TOKEN; to everybody else there is no such page.  Companies appear as numbers, the few with the
most to do.
"""

import time
from collections import Counter
from collections.abc import Iterable

from flask import Flask, Response, current_app
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from core.clock import now
from core.db import transaction
from core.errors import NotFound
from core.heartbeats import Heartbeat, memory_used, missing
from core.metrics import TYPE, Metric, written
from core.readings import Reading
from core.redis import queue
from saas.health import shows_token
from tenants.platform.load import KINDS, busiest_lately
from tenants.platform.switches import SWITCHES, is_off

COMPANIES = 20


def install(app: Flask) -> None:
    app.add_url_rule("/metrics", "metrics", show)
    app.extensions["began"] = time.time()


def show() -> Response:
    """Raises NotFound."""
    if not shows_token():
        raise NotFound
    found = [*_of_process(), *current_app.extensions["answered"].metrics()]
    for look in (_of_platform, _of_queue, _of_companies):
        found += _as_far_as_known(look)
    return Response(written(found), content_type=TYPE)


def gauge(name: str, help: str, *values: tuple[dict, float]) -> Metric:
    return Metric(name, "gauge", help, values)


def _of_process() -> Iterable[Metric]:
    config, switchboard = current_app.config, current_app.extensions.get("switchboard")
    lines = Counter(line.caller.kind for line in switchboard.lines()) if switchboard else {}
    yield gauge("laike_build_info", "The release that runs.", ({"version": config["VERSION"]}, 1))
    yield gauge("laike_process_started_seconds", "When the process began.", ({}, current_app.extensions["began"]))
    yield gauge("laike_process_memory_bytes", "Memory it holds.", ({}, memory_used()))
    yield gauge("laike_sockets", "Sockets open here.", *(({"of": kind}, lines.get(kind, 0)) for kind in ("visitor", "member")))


def _of_platform() -> Iterable[Metric]:
    with transaction():
        processes, readings = Heartbeat.known(), Reading.newest()
    alive = Counter(process.role for process in processes if not process.is_missing)
    lost = missing(processes)
    yield gauge("laike_processes", "Processes that live, by role.", *(({"role": role}, count) for role, count in alive.items()))
    yield gauge("laike_processes_missing", "Processes that died and were not replaced.", ({}, len(lost)))
    yield from _of_sweeps({name: reading for name, reading in readings.items() if name.startswith("sweep:")})
    for name, reading in readings.items():
        if not name.startswith("sweep:"):
            yield from _of_reading(name, reading)
    yield gauge("laike_switched_off", "1: switched off for all.", *(({"switch": name}, int(is_off(name))) for name in SWITCHES))


def _of_sweeps(readings: dict[str, Reading]) -> Iterable[Metric]:
    ages = [({"sweep": name[6:]}, (now() - reading.at).total_seconds()) for name, reading in readings.items()]
    late = [({"sweep": name[6:]}, reading.figures["every"]) for name, reading in readings.items()]
    failing = [({"sweep": name[6:]}, int(reading.figures["is_failing"])) for name, reading in readings.items()]
    yield gauge("laike_sweep_age_seconds", "Seconds since it last ended.", *ages)
    yield gauge("laike_sweep_every_seconds", "How often it should run.", *late)
    yield gauge("laike_sweep_failing", "1: its last run failed.", *failing)


def _of_reading(name: str, reading: Reading) -> Iterable[Metric]:
    """Each number of a reading; a set of numbers becomes one metric with labels, a time how long ago it was."""
    yield gauge(f"laike_{name}_age_seconds", "Seconds since it was measured.", ({}, (now() - reading.at).total_seconds()))
    for figure, value in reading.figures.items():
        title = f"laike_{name}_{figure}"
        if isinstance(value, int | float):
            yield gauge(title, "As measured by the schedule.", ({}, value))
        elif isinstance(value, dict):
            yield gauge(title, "As measured by the schedule.", *(({"of": key}, count) for key, count in value.items()))


def _of_queue() -> Iterable[Metric]:
    yield gauge("laike_queue_jobs", "Hints waiting for workers.", ({}, queue().count))


def _of_companies() -> Iterable[Metric]:
    since, busy = busiest_lately("requests", COMPANIES)
    seconds = (now() - since).total_seconds()
    for kind in KINDS:
        rates = [({"company": one.company_id}, round(getattr(one, kind) / seconds, 4)) for one in busy]
        yield gauge(f"laike_company_{kind}_per_second", "Of the companies with the most requests lately.", *rates)


def _as_far_as_known(look) -> list[Metric]:
    """What cannot be asked now is missing, and the rest is told all the same."""
    try:
        return list(look())
    except (SQLAlchemyError, RedisError):
        return []
