"""Waits that grow: free tries, doubling, forgetting; the same while Redis is away."""

from datetime import timedelta

import pytest
import time_machine
from redis.exceptions import ConnectionError

from core import waits
from core.clock import now
from core.waits import FREE, LONGEST_SECONDS, StillWaiting, forget_turns, take_turn


class Away:
    """Redis, gone."""

    def eval(self, *_):
        raise ConnectionError

    def delete(self, *_):
        raise ConnectionError


@pytest.fixture(params=["redis", "away"])
def counted(request, context, monkeypatch):
    if request.param == "away":
        monkeypatch.setattr(waits, "redis", Away)
        monkeypatch.setattr(waits, "_here", {})


def test_each_further_try_doubles_the_wait_up_to_a_quarter_of_an_hour(counted):
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(FREE):
            take_turn("a", 1)
        waited = []
        for _ in range(10):
            with pytest.raises(StillWaiting) as wait:
                take_turn("a", 1)
            waited.append(wait.value.fields["seconds"])
            clock.shift(timedelta(seconds=waited[-1]))
            take_turn("a", 1)

    assert waited == [5, 10, 20, 40, 80, 160, 320, 640, LONGEST_SECONDS, LONGEST_SECONDS]


def test_others_do_not_wait_and_a_success_begins_anew(counted):
    for _ in range(FREE):
        take_turn("a", 1)
    with pytest.raises(StillWaiting, match="Wait 5 s"):
        take_turn("a", 1)

    assert take_turn("a", 2) == 1
    forget_turns("a", 1)
    assert take_turn("a", 1) == 1
