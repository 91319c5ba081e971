"""Figures for Prometheus, in its text format: what this process counts of the requests it answers, and how any figure is written.

Labels are few and come from our own code: never what somebody sent.
"""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from flask import Flask, Response, g, request

TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Metric(NamedTuple):
    """One metric: its values by their labels."""

    name: str
    kind: str
    help: str
    values: Iterable[tuple[Mapping[str, object], float]]


class Answered:
    """How many requests this process has answered at each door, how, and how long that took."""

    def __init__(self):
        self.statuses: Counter[tuple[str, str]] = Counter()
        self._durations: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()

    def note(self, door: str, status: int, seconds: float) -> None:
        self.statuses[door, f"{status // 100}xx"] += 1
        self._durations.setdefault(door, [0] * (len(SECONDS) + 1))[bisect_left(SECONDS, seconds)] += 1
        self._seconds[door] += seconds

    def metrics(self) -> list[Metric]:
        counts = [({"door": door, "status": status}, count) for (door, status), count in self.statuses.items()]
        return [
            Metric("laike_requests_total", "counter", "Requests answered over HTTP.", counts),
            Metric("laike_request_seconds", "histogram", "How long they took.", list(self._histogram())),
        ]

    def _histogram(self) -> Iterable[tuple[dict, float]]:
        for door, found in self._durations.items():
            so_far = 0
            for limit, count in zip((*SECONDS, "+Inf"), found, strict=True):
                so_far += count
                yield {"": "_bucket", "door": door, "le": limit}, so_far
            yield {"": "_sum", "door": door}, self._seconds[door]
            yield {"": "_count", "door": door}, so_far


def install(app: Flask) -> None:
    """Count every request of this app."""
    answered = app.extensions["answered"] = Answered()

    def begin() -> None:
        g.began = time.perf_counter()

    def note(response: Response) -> Response:
        if "began" in g:
            door = (request.blueprint or "none").partition(".")[0]
            answered.note(door, response.status_code, time.perf_counter() - g.began)
        return response

    app.before_request(begin)
    app.after_request(note)


def written(metrics: Iterable[Metric]) -> str:
    """As Prometheus reads it.  The label "" is what a histogram's lines end their name with."""
    lines = []
    for metric in metrics:
        lines += [f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} {metric.kind}"]
        lines += [_line(metric.name, dict(labels), value) for labels, value in metric.values]
    return "\n".join(lines) + "\n"


def _line(name: str, labels: dict, value: float) -> str:
    name += labels.pop("", "")
    said = ",".join(f'{label}="{str(text).translate(_ESCAPES)}"' for label, text in labels.items())
    return f"{name}{{{said}}} {value!r}" if said else f"{name} {value!r}"
