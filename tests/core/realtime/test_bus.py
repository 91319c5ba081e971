import time

import pytest

from core.realtime import bus
from core.realtime.bus import Bus, Mouth, packed, unpacked
from core.realtime.push import Push


@pytest.fixture
def process(redis_url):
    """Start a process' share in the talk.  What it hears is in the list; gaps count as None."""
    started = []

    def start() -> tuple[Bus, list]:
        heard = []
        started.append(
            Bus(redis_url, hear=lambda push: heard.append((push.rooms, push.payload)), after_gap=lambda: heard.append(None))
        )
        started[-1].start()
        return started[-1], heard

    yield start
    for one in started:
        one.stop()


def wait_for(condition, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def until_listening(redis_url, *all_heard: list) -> None:
    """Until they hear, and have heard all there was to hear."""
    mouth = Mouth(redis_url)

    def have_heard() -> bool:
        mouth.say([Push.of("0:hello", "hello", {})])
        return all(all_heard)

    wait_for(have_heard)
    mouth.say([Push.of("0:enough", "enough", {})])
    for heard in all_heard:
        wait_for(lambda heard=heard: (("0:enough",), b'["enough",{}]') in heard)
        heard.clear()


def test_pushes_survive_the_journey():
    pushes = [
        Push.of(("1:visitor:2", "1:agents"), "message_posted", {"text": "héllo\n"}, head=(1, 2**40, 3)),
        Push.of("1:agents", "typing_changed", {}, audience="member"),
    ]

    arrived = list(unpacked(packed(pushes)))

    for sent, got in zip(pushes, arrived, strict=True):
        assert (sent.rooms, sent.payload, sent.audience, sent.head) == (got.rooms, got.payload, got.audience, got.head)


def test_others_hear_it_and_oneself_does_not(process, redis_url):
    (one, heard_by_one), (_, heard_by_two) = process(), process()
    until_listening(redis_url, heard_by_one, heard_by_two)

    one.say([Push.of("1:agents", "hello", {"n": 1})])

    wait_for(lambda: heard_by_two)
    assert heard_by_two == [(("1:agents",), b'["hello",{"n":1}]')]
    assert not heard_by_one


def test_nonsense_on_the_channel_is_survived(process, redis_url):
    _, heard = process()
    until_listening(redis_url, heard)
    mouth = Mouth(redis_url)
    mouth._redis.publish(mouth._channel, b"\xff" * 40)

    mouth.say([Push.of("1:agents", "hello", {})])

    wait_for(lambda: heard)


def test_comes_back_after_a_lost_connection_and_says_that_there_was_a_gap(process, redis_url):
    one, heard = process()
    until_listening(redis_url, heard)

    one._mouth._redis.client_kill_filter(_type="pubsub")

    wait_for(lambda: None in heard)
    until_listening(redis_url, heard)


def test_without_redis_a_push_costs_little_and_raises_nothing():
    mouth = Mouth("redis://127.0.0.1:1/0")
    started = time.monotonic()

    for _ in range(100):
        mouth.say([Push.of("1:agents", "hello", {})])

    assert time.monotonic() - started < 1


def test_while_redis_is_away_the_oldest_are_dropped(monkeypatch):
    monkeypatch.setattr(bus, "MAX_WAITING", 10)
    away = Bus("redis://127.0.0.1:1/0", hear=print, after_gap=print)

    for n in range(25):
        away.say([Push.of("1:agents", "hello", n)])

    assert [push.payload for push in away._waiting] == [b'["hello",%d]' % n for n in range(15, 25)]
