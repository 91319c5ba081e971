"""What every process does every few seconds, and that none of it ends the process."""

from dataclasses import dataclass, field

import pytest
from redis.exceptions import ConnectionError as RedisAway

from core.db import transaction
from core.heartbeats import Heartbeat
from core.realtime.caller import Caller
from saas import pulse
from saas.pulse import Pulse
from tenants.platform.load import busiest_lately, load
from tenants.platform.load_limits import LoadLimit, OverLimit, TooManyConnected, allowances, need_socket


@dataclass
class Line:
    caller: Caller


@dataclass
class Switchboard:
    callers: list[Caller]

    def lines(self) -> list[Line]:
        return [Line(caller) for caller in self.callers]


@dataclass
class Serving:
    """As the pulse needs it."""

    answered: int = 0
    watchdog: object = field(default_factory=lambda: type("Watchdog", (), {"latest_turn": lambda self: 0.2})())


@pytest.fixture(autouse=True)
def no_limit_stays(cast):
    load.take()
    yield
    load.take()
    allowances.follow({}, {})


@pytest.fixture
def connected(app, cast, monkeypatch):
    """Two visitors of Acme's, and Adam."""
    who = {"company_id": cast.acme.id, "place": cast.acme.place, "name": "x"}
    callers = [Caller(**who, kind=kind, id=id) for kind, id in (("visitor", 1), ("visitor", 2), ("member", 3))]
    monkeypatch.setitem(app.extensions, "switchboard", Switchboard(callers))


@pytest.fixture
def beating(app, monkeypatch):
    """A pulse that beats when it is told to."""
    monkeypatch.setattr(pulse.green, "spawn", lambda function: None)
    beating = Pulse(app, "live", 8001)
    yield beating
    app.extensions.pop("heart")


def test_says_how_the_process_does_and_adds_up_what_it_counted(cast, connected, beating):
    beating.start(Serving())
    load.of(cast.acme.id).requests += 4

    beating.once()

    with transaction():
        [process] = Heartbeat.known()
    assert process.figures["sockets"] == {"widget": 2, "console": 1}
    assert process.figures["visitors"] == {str(cast.acme.id): 2}
    assert process.figures["lag"] == 0.2
    assert busiest_lately("requests")[1][0].requests == 4


def test_limits_set_elsewhere_hold_here_after_a_beat(app, cast, connected, beating, monkeypatch):
    with transaction():
        for what, at_most in (("messages", 0), ("sockets", 2)):
            LoadLimit.set(cast.acme, what, at_most, by="ops@laike.example", reason="a test", until=None)
    allowances.follow({}, {})

    beating.once()

    with pytest.raises(OverLimit):
        allowances.need(cast.acme.id, "messages")
    with pytest.raises(TooManyConnected):
        need_socket(cast.acme.id)
    need_socket(cast.globex.id)


def test_goes_on_with_the_rest_while_redis_is_away(cast, beating, monkeypatch):
    def away() -> None:
        raise RedisAway

    monkeypatch.setattr(pulse.load, "add_up", away)

    beating.once()

    with transaction():
        assert [process.role for process in Heartbeat.known()] == ["live"]


def test_says_goodbye(cast, beating):
    beating.once()
    beating.end()

    with transaction():
        assert Heartbeat.known() == []
