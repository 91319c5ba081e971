"""Messages, latency and memory of one live process, beside its peers: rounds in turn, medians of them."""

import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from bench.contenders import ROOT, Contender, Ground

CONVERSATIONS = 200
SETTLES = 2.0


@dataclass(frozen=True)
class Effort:
    """How long and how often."""

    rounds: int
    seconds: float
    idle: int
    rates: tuple[int, ...] = (200, 1000)


QUICK, FULL = Effort(1, 2, 500), Effort(3, 4, 2000)


class Results:
    """What each contender achieved, in each round."""

    def __init__(self):
        self._rounds = defaultdict(list)

    def add(self, contender: str, mode: str, figures: dict) -> None:
        self._rounds[contender, mode].append(figures)

    def median(self, contender: str, mode: str, figure: str) -> float:
        return statistics.median(figures[figure] for figures in self._rounds[contender, mode])

    def spread(self, contender: str, mode: str, figure: str) -> tuple[float, float]:
        values = [figures[figure] for figures in self._rounds[contender, mode]]
        return min(values), max(values)


def measure(var: Path, effort: Effort, say: Callable[[str], None]) -> tuple[list[Contender], Results]:
    with Ground(var, CONVERSATIONS, effort.idle) as ground:
        say("building the companies and the peers")
        contenders, results = ground.contenders(), Results()
        for number in range(effort.rounds):
            for contender in contenders:
                say(f"round {number + 1} of {effort.rounds}: {contender.name}")
                _measure_round(ground, contender, effort, results)
        for contender in contenders:
            if contender.idle_sockets:
                say(f"{effort.idle} idle sockets: {contender.name}")
                results.add(contender.name, "idle", _measure_idle(ground, contender))
    return contenders, results


def _measure_round(ground: Ground, contender: Contender, effort: Effort, results: Results) -> None:
    phases = [{"mode": "saturate", "seconds": effort.seconds}]
    phases += [{"mode": "rate", "rate": rate, "seconds": effort.seconds} for rate in effort.rates]
    with ground.run(contender) as server:
        before = ground.count(contender)
        _, *measured = _carry(contender.sockets, phases, server.pid)
        committed = ground.count(contender) - before
    acknowledged = sum(figures["acknowledged"] - figures["refused"] for figures in measured)
    if committed < acknowledged:
        raise SystemExit(f"{contender.name} acknowledged {acknowledged} messages and committed {committed}")
    for mode, figures in zip(("saturate", *(f"{rate}/s" for rate in effort.rates)), measured, strict=True):
        results.add(contender.name, mode, figures)


def _measure_idle(ground: Ground, contender: Contender) -> dict:
    with ground.run(contender) as server:
        # What the first sockets make a process load is not theirs.
        _carry(contender.sockets[:20], [{"mode": "idle", "seconds": 1}], server.pid)
        before = machine.resident_kib(server.pid)
        with _load(contender.idle_sockets, [{"mode": "idle", "seconds": 600}], server.pid) as load:
            connected = json.loads(load.stdout.readline())
            time.sleep(SETTLES)
            kib = (machine.resident_kib(server.pid) - before) / connected["ready"]
            load.kill()
    return {"kib": kib, "connects": connected["ready"] / connected["connect_seconds"]}


def _carry(sockets: list[dict], phases: list[dict], pid: int) -> list[dict]:
    """What the load says of the connections, and of each phase."""
    with _load(sockets, phases, pid) as load:
        lines, trouble = load.communicate()
    if load.returncode != 0:
        raise SystemExit(f"The load could not be carried. It says:\n{trouble[-2000:]}")
    return [json.loads(line) for line in lines.splitlines()]


def _load(sockets: list[dict], phases: list[dict], pid: int) -> subprocess.Popen:
    command = machine.pinned(machine.LOAD, [sys.executable, "-m", "bench.load"])
    load = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    load.stdin.write(json.dumps({"sockets": sockets, "phases": phases, "pids": [pid]}))
    load.stdin.close()
    load.stdin = None
    return load
