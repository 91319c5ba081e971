"""Fifty agents watching two thousand visitors: what letting a visitor in costs, and what each change of the list costs for
each agent who sees it.  Ours, ours as it was before, and one event for each change through stock Flask-SocketIO.

What changes cost is the difference of two differences: busy less quiet with the agents there, less busy less quiet without
them.  So neither the visitors' own requests nor the rounds count as telling.
"""

import json
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from bench.contenders import PEERS, ROOT, Contender, Ground
from bench.report import Row
from bench.town import site_with_watchers

AGENTS = 50
OURS, FORMER, STOCK = "Laike", "Laike, letting in as before", "Flask-SocketIO, an event for each change"


@dataclass(frozen=True)
class Effort:
    """`moves`, and `churn` (who leaves, and as many who come), are a second: a page every half minute, three minutes a visit."""

    visitors: int = 2000
    new: int = 250
    moves: float = 66
    churn: float = 10
    seconds: float = 10
    rounds: int = 1


QUICK, FULL = Effort(visitors=500, new=100, moves=16, churn=3, seconds=5), Effort(rounds=3)


def measure(var: Path, effort: Effort, say: Callable[[str], None]) -> list[Row]:
    figures: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    with Ground(var, 0, 0) as ground:
        say(f"building a site with {effort.visitors} visitors")
        settings, site = ground.prepare(), None
        with ground.app(settings).app_context():
            site = site_with_watchers(effort.visitors + 200, effort.new, AGENTS)
        for number in range(effort.rounds):
            for contender in _contenders(ground, settings):
                say(f"round {number + 1} of {effort.rounds}: {contender.name}")
                for step, figure, value in _measure_round(ground, contender, site, effort):
                    figures[contender.name, step, figure].append(value)
    return _rows({key: statistics.median(values) for key, values in figures.items()}, effort)


def _contenders(ground: Ground, settings: dict) -> list[Contender]:
    environment = settings | {"PORT": str(ground.port)}
    stock = [sys.executable, PEERS / "list_server.py", json.dumps({"port": ground.port})]
    return [
        Contender(OURS, [sys.executable, "-m", "bench.ours"], [], environment),
        Contender(FORMER, [sys.executable, "-m", "bench.former"], [], environment),
        Contender(STOCK, stock, []),
    ]


def _measure_round(ground: Ground, contender: Contender, site, effort: Effort):
    plan = _stock_plan(site) if contender.name == STOCK else _own_plan(site)
    # What changed since is who is let in, not who is told.
    plan |= {"port": ground.port, "wish": effort.__dict__ | {"is_watched": contender.name != FORMER}}
    command = machine.pinned(machine.LOAD, [sys.executable, "-m", "bench.crowd"])
    with ground.run(contender) as server:
        plan["pids"] = [server.pid]
        done = subprocess.run(command, cwd=ROOT, input=json.dumps(plan), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"The crowd could not come: {contender.name}. It says:\n{done.stderr[-2000:]}")
    for line in done.stdout.splitlines():
        figures = json.loads(line)
        step = figures.pop("step")
        yield from ((step, name, value) for name, value in figures.items())


def _own_plan(site) -> dict:
    agents = [
        {
            "auth": {"handshake": agent["handshake"]},
            "headers": {"Cookie": agent["cookie"], "Origin": "http://localhost:8000"},
        }
        for agent in site.agents
    ]
    paths = {"widget": "/live/widget/", "console": "/live/console/"}
    return {"paths": paths, "agents": agents, "known": _auths(site.visitors), "new": _auths(site.newcomers)}


def _stock_plan(site) -> dict:
    """The same people, believed without proof.  A visitor is as long as ours is in the list."""
    agents = _auths([{"kind": "agent"}] * len(site.agents))
    people = [{"kind": "visitor", "visitor": site.listed | {"id": n}} for n in range(len(site.visitors + site.newcomers))]
    known, new = people[: len(site.visitors)], people[len(site.visitors) :]
    return {
        "paths": dict.fromkeys(("widget", "console"), "/socket.io/"),
        "agents": agents,
        "known": _auths(known),
        "new": _auths(new),
    }


def _auths(auths: list[dict]) -> list[dict]:
    return [{"auth": auth} for auth in auths]


def _rows(figures: dict[tuple[str, str, str], float], effort: Effort) -> list[Row]:
    rows = []
    for step, aim in (("returning", 3.0), ("new", 5.0)):
        for theirs in (FORMER, STOCK):
            what = f"CPU of letting in a {step} visitor, with the WebSocket's handshake and the welcome"
            cpu = [figures[name, step, "cpu_us"] / 1000 for name in (OURS, theirs)]
            rows.append(Row(what, cpu[0], "ms", theirs, cpu[1], less_is_better=True, aim_limit=aim))
    told = f"{AGENTS} agents watching {effort.visitors} visitors"
    costs = [_telling(figures, name) for name in (OURS, STOCK)]
    if min(costs) > 0:
        # On a busy machine ours can be less than what comes and goes anyway.
        what = f"CPU of telling a change to an agent: {told}"
        rows.append(Row(what, costs[0], "µs", STOCK, costs[1], less_is_better=True))
    what = f"CPU of a change with all it takes (stock stores nothing): {told}"
    costs = [_busy(figures, name, "watched") / _changes(figures, name, "watched") * 1e6 for name in (OURS, STOCK)]
    rows.append(Row(what, costs[0], "µs", STOCK, costs[1], less_is_better=True))
    for what, figure, unit, share in (
        ("Bytes to an agent in a second", "bytes", "B/s", "seconds"),
        ("Frames to an agent in a second", "frames", "/s", "seconds"),
        ("Changes an agent was told of, in all", "changes", "", None),
    ):
        values = [
            figures[name, "busy watched", figure] / (figures[name, "busy watched", share] if share else 1)
            for name in (OURS, STOCK)
        ]
        rows.append(Row(f"{what}: {told}", values[0], unit, STOCK, values[1], less_is_better=figure != "changes"))
    return rows


def _telling(figures: dict[tuple[str, str, str], float], name: str) -> float:
    """µs for each change and agent."""
    each = [_busy(figures, name, how) / _changes(figures, name, how) for how in ("watched", "alone")]
    return (each[0] - each[1]) / AGENTS * 1e6


def _changes(figures: dict[tuple[str, str, str], float], name: str, how: str) -> float:
    step = f"busy {how}"
    return figures[name, step, "moves"] + 2 * figures[name, step, "came"]


def _busy(figures: dict[tuple[str, str, str], float], name: str, how: str) -> float:
    """CPU seconds that being busy took, beyond what quiet of the same length takes."""
    quiet = figures[name, f"quiet {how}", "cpu"] / figures[name, f"quiet {how}", "seconds"]
    return figures[name, f"busy {how}", "cpu"] - quiet * figures[name, f"busy {how}", "seconds"]
