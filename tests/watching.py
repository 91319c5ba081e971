"""Consoles that hold still: lines that write down what they hear, and a process that has nothing but a live list."""

from types import SimpleNamespace

import orjson

from chat.conversations.rooms import agents_room, member_room, watchers_room
from console.visitor_watch import ROOM, VisitorWatch
from core.realtime.ear import Ear
from core.realtime.rooms import Rooms


class FakeLine:
    """A console of a member who may see these rooms."""

    def __init__(self, company, member_id: int, language: str = "en"):
        self.caller = SimpleNamespace(
            company_id=company.id, place=company.place, kind="member", id=member_id, language=language
        )
        self.rooms, self.heard = set(), []

    def deliver(self, push) -> None:
        self.heard.append(tuple(orjson.loads(push.payload)))

    def named(self, name: str) -> list[dict]:
        return [data for what, data in self.heard if what == name]


class Process:
    """One live process: its rooms and its list.  `said` on the bus is heard by all that share the list of them."""

    def __init__(self):
        self.rooms, self.lines = Rooms(), []
        self.watch = VisitorWatch(self.rooms)
        self.rooms.join(Ear(self.watch.hear), ROOM)

    def connect(self, company, member_id: int, sees_all: bool = True, language: str = "en") -> FakeLine:
        line = FakeLine(company, member_id, language)
        rooms = [agents_room(company.id), member_room(company.id, member_id)]
        for room in rooms + [watchers_room(company.id)] * sees_all:
            self.rooms.join(line, room)
        self.lines.append(line)
        return line

    def look(self) -> None:
        companies: dict[int, list] = {}
        for line in self.lines:
            companies.setdefault(line.caller.company_id, []).append(line)
        self.watch.look(companies)

    def turn(self) -> None:
        """One look and one telling, as the rounds do."""
        self.look()
        self.watch.tell()


class Bus:
    """Takes the place of the running app's pushes: all processes hear, none of them anything else."""

    def __init__(self, *processes: Process):
        self.processes = processes

    def send(self, pushes: list) -> None:
        for process in self.processes:
            for push in pushes:
                process.rooms.deliver(push)


class Client:
    """A console's own list, kept as the front end keeps it: what fits is applied, a hole asks for the whole list anew."""

    def __init__(self, shown: tuple[list[dict], int]):
        visitors, self.version = shown
        self.visitors = {visitor["id"]: visitor for visitor in visitors}
        self.holes = 0

    def hear(self, changes: dict) -> None:
        self.holes += changes["version"] != self.version + 1
        self.version = changes["version"]
        for visitor in changes["here"]:
            self.visitors[visitor["id"]] = visitor
        for move in changes["moved"]:
            self.visitors[move["visitor_id"]]["page"] = move["page"]
        for id in changes["gone"]:
            del self.visitors[id]
