"""Messages, latency and memory of one live process, beside its peers: rounds in turn, medians of them."""

import json
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from bench.contenders import ROOT, Contender, Ground

CONVERSATIONS = 200


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
    with ground.run(contender) as server:
        before = ground.count(contender)
        saturated = _load(contender.sockets, server.pid, mode="saturate", seconds=effort.seconds)
        committed = ground.count(contender) - before
        if committed < saturated["acknowledged"] - saturated["refused"]:
            raise SystemExit(f"{contender.name} acknowledged {saturated['acknowledged']} messages and committed {committed}")
        results.add(contender.name, "saturate", saturated)
        for rate in effort.rates:
            results.add(contender.name, f"{rate}/s", _load(contender.sockets, server.pid, "rate", effort.seconds, rate=rate))


def _measure_idle(ground: Ground, contender: Contender) -> dict:
    with ground.run(contender) as server:
        _load(contender.sockets[:20], server.pid, mode="idle", seconds=1)  # what is loaded with the first sockets is not theirs
        before = machine.resident_kib(server.pid)
        command = machine.pinned(machine.LOAD, [sys.executable, "-m", "bench.load"])
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
            json.dump({"sockets": contender.idle_sockets, "mode": "idle", "seconds": 600}, load.stdin)
            load.stdin.close()
            connected = json.loads(load.stdout.readline())
            kib = (machine.resident_kib(server.pid) - before) / connected["ready"]
            load.kill()
    return {"kib": kib, "sockets": connected["ready"], "connects": connected["ready"] / connected["connect_seconds"]}


def _load(sockets: list[dict], pid: int, mode: str, seconds: float, **more) -> dict:
    plan = {"sockets": sockets, "mode": mode, "seconds": seconds, "pids": [pid], **more}
    command = machine.pinned(machine.LOAD, [sys.executable, "-m", "bench.load"])
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(plan), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"The load could not be carried. It says:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])
