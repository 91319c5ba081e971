"""A site full of visitors, and agents who watch it: `echo '{"port": …}' | python -m bench.crowd`.

Prints a line of JSON for each step.  The same sockets as in `bench.load`; it reads the frames of one agent and counts
the bytes of all.
"""

import json
import random
import sys
import time
from collections import deque

from bench.load import Browser, Load

SETTLES = 1.0
NAMES = ("visitors_changed", "visitor_arrived", "visitor_moved", "visitor_left")


class Tab(Browser):
    """A visitor's tab, or an agent's console, that counts what it is sent of the list."""

    bytes = frames = changes = 0
    is_counting = False

    def view(self, number: int) -> None:
        self._asked += 1
        page = {"url": f"https://shop.example/tea/{number}", "title": f"Tea {number}", "at": "2026-11-22T08:00:00+00:00"}
        self.send(b"42%d%b" % (self._asked, json.dumps(["view_page", page]).encode()))

    def _take(self, payload: bytes) -> None:
        if payload[:2] == b"42" and payload[4:40].partition(b'"')[0].decode("latin-1") in NAMES:
            self.bytes += len(payload)
            self.frames += 1
            if self.is_counting:
                self.changes += _changes_in(payload)
        elif payload[:2] != b"43":
            super()._take(payload)


class Crowd(Load):
    """Everybody connected.  Moves, arrivals and leaves come at an even rate."""

    def __init__(self, port: int, paths: dict, agents: list, known: list, new: list, wish: dict, pids: list):
        super().__init__([], [], pids)
        self._mode = "idle"
        self._port, self._paths, self._wish = port, paths, wish
        self._agents, self._known, self._new = agents, deque(known), new
        self._tabs: deque[Tab] = deque()
        self._consoles: list[Tab] = []
        self._pages = 0

    def run(self) -> None:
        known = [self._known.popleft() for _ in range(self._wish["visitors"] - len(self._new))]
        self._say("returning", self._let_in(known))
        self._say("new", self._let_in(self._new))
        if self._wish["is_watched"]:
            self._watch()

    def _watch(self) -> None:
        self._say("quiet alone", self._spend(moves=0, churn=0))
        self._say("busy alone", self._spend(self._wish["moves"], self._wish["churn"]))
        self._consoles = [self._open("console", agent) for agent in self._agents]
        self._wait_until_ready()
        self._consoles[0].is_counting = True
        self._turn_until(time.monotonic() + 3 * SETTLES)
        self._say("quiet watched", self._spend(moves=0, churn=0))
        self._say("busy watched", self._spend(self._wish["moves"], self._wish["churn"]))

    def _say(self, step: str, figures: dict) -> None:
        print(json.dumps({"step": step} | figures), flush=True)

    def _let_in(self, plans: list) -> dict:
        cpu, began, left = self._cpu(), time.monotonic(), deque(plans)
        while left or self.ready < len(self._browsers):
            while left and len(self._browsers) - self.ready < 16:
                self._tabs.append(self._open("widget", left.popleft()))
            self._turn(0.1)
        took = time.monotonic() - began
        self._turn_until(time.monotonic() + SETTLES)
        return {"cpu_us": (self._cpu() - cpu) / len(plans) * 1e6, "per_second": len(plans) / took, "count": len(plans)}

    def _spend(self, moves: float, churn: float) -> dict:
        seconds = self._wish["seconds"]
        before = [(console.bytes, console.frames, console.changes) for console in self._consoles]
        cpu, began, done = self._cpu(), time.monotonic(), [0, 0]
        while (passed := time.monotonic() - began) < seconds:
            for _ in range(int(passed * moves) - done[0]):
                done[0] += 1
                self._move()
            for _ in range(int(passed * churn) - done[1]):
                done[1] += 1
                self._exchange()
            self._turn(0.005)
        # What was begun is also told: for us a step later, and a visitor who left some seconds later.
        self._turn_until(time.monotonic() + (8 * SETTLES if churn else 0))
        figures = {"cpu": self._cpu() - cpu, "seconds": time.monotonic() - began, "moves": done[0], "came": done[1]}
        return figures | self._heard(before)

    def _heard(self, before: list) -> dict:
        if not before:
            return {}
        told = [(tab.bytes - old[0], tab.frames - old[1]) for tab, old in zip(self._consoles, before, strict=True)]
        first = self._consoles[0].changes - before[0][2]
        return {"bytes": sum(b for b, _ in told) / len(told), "frames": sum(f for _, f in told) / len(told), "changes": first}

    def _move(self) -> None:
        self._pages += 1
        self._tabs[random.randrange(len(self._tabs))].view(self._pages)

    def _exchange(self) -> None:
        """One leaves, and another comes who was here before."""
        gone = self._tabs.popleft()
        self._poll.unregister(gone.socket)
        self.ready -= gone.is_ready
        del self._browsers[gone.socket.fileno()]
        gone.socket.close()
        self._known.append(gone.plan)
        self._tabs.append(self._open("widget", self._known.popleft()))

    def _open(self, door: str, plan: dict) -> Tab:
        tab = Tab(self, self._port, self._paths[door], plan["auth"], plan.get("headers", {}))
        tab.plan = plan
        self._browsers[tab.socket.fileno()] = tab
        self._poll.register(tab.socket, 1)
        return tab

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while self.ready < len(self._browsers):
            self._turn(0.1)
            if time.monotonic() > deadline:
                raise SystemExit(f"only {self.ready} of {len(self._browsers)} sockets connected")


def _changes_in(payload: bytes) -> int:
    name, data = json.loads(payload[2:])
    return sum(len(data[part]) for part in ("here", "moved", "gone")) if name == "visitors_changed" else 1


if __name__ == "__main__":
    Crowd(**json.load(sys.stdin)).run()
