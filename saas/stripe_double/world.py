"""What Stripe knows: every object, the time, and what went out."""

import json
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from saas.stripe_double.checking import faults_of_object
from saas.stripe_double.refusals import missing

DAY = 86400
# The real times of Stripe's retries are not published; they end after three days.
DELIVERY_RETRIES = [3600 * hours for hours in (1, 6, 24, 48, 72)]


@dataclass
class Switches:
    """What tests and people turn, by `/_ctl/switch`."""

    deliver: bool = True  # at once; else when `/_ctl/deliver` is asked
    wallet_later: bool = False  # WeChat Pay and Alipay complete unpaid, and settle ten minutes later
    refunds_pend: bool = False  # refunds stay pending until `/_ctl/settle_refund`
    down: bool = False  # nobody answers
    slow: float = 0  # seconds before each answer
    retries_of_payments: list[int] = field(default_factory=lambda: [3 * DAY, 5 * DAY, 7 * DAY])
    after_last_retry: str = "canceled"  # or "unpaid"


class World:
    """All state of one pretended Stripe account.  `lock` is held while anything is asked of it."""

    def __init__(self, file: Path | None = None):
        self.lock = threading.RLock()
        self.address = ""
        self.send: Callable[[str, bytes, dict], int] | None = None
        self._file = file
        self.reset()
        if file and file.exists():
            self.__dict__ |= json.loads(file.read_text())
            self.switches = Switches(**self.switches)

    def reset(self) -> None:
        """Nothing has happened yet."""
        self.objects: dict[str, dict] = {}
        self.hidden: dict[str, dict] = {}  # what Stripe knows of an object but does not show, by its id
        self.keys: dict[str, dict] = {}  # idempotency keys, and what was answered
        self.deliveries: list[dict] = []
        self.ahead = 0  # how far its clock is ahead of ours
        self._at: int | None = None
        self.switches = Switches()
        self.declines: list[str] = []  # codes for the next charges
        self.answers: list[int] = []  # statuses for the next requests
        self.lost = 0  # the next so many are done, and their answers lost
        self.requests: list[list] = []
        self.unimplemented: list[str] = []
        self.dishonest: list[list] = []

    def keep(self) -> None:
        """Write everything down, so that `make run` finds it again."""
        if self._file:
            names = ("objects", "hidden", "keys", "deliveries", "ahead")
            written = {name: getattr(self, name) for name in names} | {"switches": self.switches.__dict__}
            unfinished = self._file.with_suffix(".new")
            self._file.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(json.dumps(written))
            unfinished.replace(self._file)

    def now(self) -> int:
        return int(time.time()) + self.ahead if self._at is None else self._at

    def at(self, moment: int | None) -> None:
        """Stand still at a moment of the past while what was due then is done; None goes on."""
        self._at = moment

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{secrets.token_hex(12)}"

    def put(self, thing: dict, **hidden) -> dict:
        """Take an object in.  `hidden` is what belongs to it and is never shown."""
        self.objects[thing["id"]] = thing
        if hidden:
            self.hidden[thing["id"]] = hidden
        return thing

    def secret(self, id: str) -> dict:
        """What is known of an object and not shown; may be written to."""
        return self.hidden.setdefault(id, {})

    def get(self, id: str, kind: str) -> dict:
        """The object with this id.  Raises Refused."""
        thing = self.objects.get(id)
        if thing is None or thing["object"] != kind:
            raise missing(kind, id)
        return thing

    def all(self, kind: str, **fields) -> list[dict]:
        """Objects of a kind with these values, oldest first."""
        things = [thing for thing in self.objects.values() if thing["object"] == kind]
        return [thing for thing in things if all(thing.get(name) == value for name, value in fields.items())]

    def change(self, thing: dict, event: str, **changes) -> None:
        """Change an object, and say so if that changed anything."""
        before = {name: thing.get(name) for name, value in changes.items() if thing.get(name) != value}
        thing.update(changes)
        if before:
            self.say(event, thing, before)

    def say(self, type: str, thing: dict, before: dict | None = None) -> None:
        """Something happened: an event, and a delivery to each endpoint that wants to hear of it."""
        thing = copied(thing)
        if faults := faults_of_object(thing):
            self.dishonest.append([type, faults])
        data = {"object": thing} | ({"previous_attributes": copied(before)} if before is not None else {})
        event = self.put(
            {
                "id": self.new_id("evt"),
                "object": "event",
                "api_version": api_version(),
                "created": self.now(),
                "data": data,
                "livemode": False,
                "pending_webhooks": 0,
                "request": {"id": None, "idempotency_key": None},
                "type": type,
            }
        )
        for endpoint in self.all("webhook_endpoint", status="enabled"):
            if {"*", type} & set(endpoint["enabled_events"]):
                event["pending_webhooks"] += 1
                self.deliveries.append(new_delivery(event["id"], endpoint["id"], self.now()))

    def page(self, things: Iterable[dict], params: dict, url: str) -> dict:
        """One page of a list, newest first, as `limit`, `starting_after` and `created` ask."""
        created = params.get("created") or {}
        oldest = int(created.get("gte", 0)) if isinstance(created, dict) else int(created)
        rows = [thing for thing in things if thing.get("created", 0) >= oldest][::-1]
        if after := params.get("starting_after"):
            ids = [row["id"] for row in rows]
            if after not in ids:
                raise missing("object", after)
            rows = rows[ids.index(after) + 1 :]
        limit = int(params.get("limit", 10))
        return {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit, "url": url}


def new_delivery(event: str, endpoint: str, due: int) -> dict:
    return {"event": event, "endpoint": endpoint, "due": due, "tries": 0, "done": False, "under_way": False, "lost": False}


def listed(things: list[dict], url: str) -> dict:
    """A list as it stands inside of another object."""
    return {"object": "list", "data": things, "has_more": False, "url": url}


def texts(metadata: dict | str | None) -> dict:
    """Metadata as Stripe keeps it: all text, and nothing for what was set to nothing."""
    return {name: str(value) for name, value in (metadata or {}).items() if value != ""}


def is_true(value) -> bool:
    return value in (True, "true")


def copied(thing):
    return json.loads(json.dumps(thing))


def api_version() -> str:
    import stripe

    return stripe.api_version


def shuffled(things: list, seed: int) -> list:
    things = list(things)
    random.Random(seed).shuffle(things)  # noqa: S311 - the same order again for the same seed
    return things
